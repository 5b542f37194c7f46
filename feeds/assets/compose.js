// Shows the answer while the question is being composed. Without it, the button does.
const form = document.getElementById("ask");
const answer = document.getElementById("answer");
const PAUSE = 300;

// A slider beside each number: its lowest end is "any".
for (const field of form.querySelectorAll("input[data-slider]")) {
  const slider = document.createElement("input");
  slider.type = "range";
  slider.min = field.min;
  slider.max = field.dataset.slider;
  slider.value = field.value || field.min;
  slider.setAttribute("aria-label", field.labels[0].textContent);
  slider.addEventListener("input", () => {
    field.value = slider.value === slider.min ? "" : slider.value;
  });
  field.addEventListener("input", () => {
    slider.value = field.value || field.min;
  });
  field.after(slider);
}

// Topics by name, or by a part of it.
const find = document.getElementById("find");
const plain = (text) => text.normalize("NFKD").replace(/\p{Mn}/gu, "").toLocaleLowerCase();
const topics = [...form.querySelectorAll(".subjects li")].map((item) => [
  item,
  plain(item.querySelector(".name").firstChild.textContent),
]);
find.hidden = topics.length < 12;
find.addEventListener("input", (event) => {
  event.stopPropagation();
  const wanted = plain(event.target.value.trim());
  for (const [item, name] of topics) item.hidden = !name.includes(wanted) && !item.querySelector(":checked");
});

const showCopying = () => {
  for (const button of answer.querySelectorAll("button.take")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const field = button.parentElement.querySelector("input");
      field.select();
      try {
        await navigator.clipboard.writeText(field.value);
      } catch {
        // Browsers have no clipboard for pages that came by plain http.
        document.execCommand("copy");
      }
      button.textContent = "Copied";
      setTimeout(() => {
        button.textContent = "Copy";
      }, 2500);
    });
  }
};
showCopying();

let waiting;
let asking;
const ask = async () => {
  asking?.abort();
  asking = new AbortController();
  const given = [...new FormData(form)].filter(([, value]) => value.trim());
  const query = new URLSearchParams(given).toString();
  const address = query ? `${location.pathname}?${query}` : location.pathname;
  answer.setAttribute("aria-busy", "true");
  try {
    const response = await fetch(address, { headers: { Accept: "text/html" }, signal: asking.signal });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const found = page.getElementById("answer");
    if (found) {
      answer.replaceChildren(...found.childNodes);
      history.replaceState(null, "", address);
      showCopying();
    }
    answer.removeAttribute("aria-busy");
  } catch (problem) {
    // A newer question is on its way, or the server cannot be reached: the button will tell.
    if (problem.name !== "AbortError") answer.removeAttribute("aria-busy");
  }
};
form.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(ask, PAUSE);
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  clearTimeout(waiting);
  ask();
});
