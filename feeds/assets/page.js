// Makes the pages for people handier. Everything on them works without it.
"use strict";

// Copies the address of a feed, where the button beside it is pressed.
const copied = document.getElementById("copied");
for (const button of document.querySelectorAll("button.copy")) {
  const link = button.parentElement.querySelector("a");
  button.addEventListener("click", async () => {
    let done;
    try {
      await navigator.clipboard.writeText(link.textContent);
      done = true;
    } catch {
      // Browsers have no clipboard for pages that came by plain http.
      getSelection().selectAllChildren(link);
      done = document.execCommand("copy");
    }
    button.classList.toggle("done", done);
    copied.textContent = done ? "The address was copied." : "The address is selected: copy it with the keyboard.";
    setTimeout(() => {
      button.classList.remove("done");
      copied.textContent = "";
    }, 2500);
  });
}

// Shows the topics whose names, or what is said about them, have the text that is typed.
const filter = document.getElementById("filter");
if (filter) {
  const plain = (text) => text.normalize("NFKD").replace(/\p{Mn}/gu, "").toLocaleLowerCase();
  const items = [...filter.closest("section").querySelectorAll("li")].map((item) => [item, plain(item.textContent)]);
  const found = document.getElementById("found");
  const apply = () => {
    const wanted = plain(filter.value.trim());
    let count = 0;
    for (const [item, text] of items) {
      item.hidden = !text.includes(wanted);
      count += !item.hidden;
    }
    found.textContent = wanted ? `${count} of ${items.length}` : "";
  };
  filter.addEventListener("input", apply);
  // Browsers put back what was typed when a person comes back to the page.
  addEventListener("pageshow", apply);
}

// In a file system, a folder's page has to be named.
if (location.protocol === "file:") {
  for (const link of document.querySelectorAll('a[href$="/"]')) {
    if (link.protocol === "file:") link.href += "index.html";
  }
}
