"""The image: built and asked where there is a Docker engine, held to the rules of good images elsewhere."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from conftest import Server, free_port, running
from processes import run
from project import ROOT, Project, environ, eventually

DOCKERFILE = ROOT / "Dockerfile"


def _instructions() -> list[tuple[str, str]]:
    """Return the Dockerfile's instructions and their arguments, continued lines joined."""
    text = re.sub(r"^#.*\n", "", DOCKERFILE.read_text(encoding="utf-8"), flags=re.M)
    lines = [line for line in re.sub(r"\\\n", " ", text).splitlines() if line.strip()]
    return [(word.upper(), rest.strip()) for word, _, rest in (line.partition(" ") for line in lines)]


def _last(name: str) -> str:
    return [argument for word, argument in _instructions() if word == name][-1]


def _health_command() -> list[str]:
    command: list[str] = json.loads(_last("HEALTHCHECK").partition("CMD ")[2])
    return command


def test_base_images_are_slim_and_have_a_version() -> None:
    """No `latest`: what is built in a year is built on the same release."""
    bases = [argument.split()[0] for word, argument in _instructions() if word == "FROM"]
    assert bases
    for base in bases:
        assert re.fullmatch(r"python:3\.\d+-slim", base), base


def test_nobody_is_root_in_the_end() -> None:
    """The last user is another one, by number, so that an orchestrator can see it."""
    user, _, group = _last("USER").partition(":")
    assert int(user) > 0
    assert int(group) > 0
    words = [word for word, _ in _instructions()]
    assert words.index("USER") < words.index("CMD")


def test_what_runs_is_a_process_and_no_shell() -> None:
    """Signals reach the server: CMD is a list, and the program is the first of it."""
    command = json.loads(_last("CMD"))
    assert command[:2] == ["feeds", "serve"]
    assert command[command.index("--host") + 1] == "0.0.0.0"
    assert _last("WORKDIR") == _last("VOLUME") == "/data"


def test_packages_come_from_the_lock() -> None:
    """Every pip installs what the lock names, or this project alone; nothing is kept in a cache."""
    runs = [argument for word, argument in _instructions() if word == "RUN" and "pip install" in argument]
    assert runs
    for command in runs:
        assert "--no-cache-dir" in command
        assert ("--require-hashes" in command) != ("--no-deps" in command), command
    assert not any(word == "ADD" for word, _ in _instructions())
    assert not any("sudo" in argument or "curl" in argument for _, argument in _instructions())


def test_what_is_copied_is_there_and_not_ignored() -> None:
    """The build's context has every file that is copied, and no others that may hold secrets."""
    allowed = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    assert allowed[0] == "*"
    for word, argument in _instructions():
        if word == "COPY" and not argument.startswith("--from"):
            for name in argument.split()[:-1]:
                assert (ROOT / name).exists(), name
                assert f"!{name}" in allowed, name


def test_health_is_asked_for_as_the_image_does(project: Project, serve: Callable[..., Server]) -> None:
    """The command succeeds where the server answers, and fails where nobody does."""
    program, option, code = _health_command()
    assert (program, option) == ("python", "-c")
    assert "127.0.0.1:8000/healthz" in code
    project.record("a")
    server = serve(project)

    def asked(address: str) -> int:
        there = code.replace("http://127.0.0.1:8000", address)
        return run([sys.executable, "-c", there], seconds=30).returncode

    assert asked(server.address) == 0
    assert asked(f"http://127.0.0.1:{free_port()}") != 0


def test_the_compose_file_serves_a_folder() -> None:
    """One service, whose folder is /data, at the port that the image listens on."""
    (service,) = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"].values()
    assert service["build"] == "."
    assert service["volumes"][0].endswith(":/data")
    assert service["ports"] == [f"{_last('EXPOSE')}:{_last('EXPOSE')}"]


def _has_engine() -> bool:
    if not shutil.which("docker"):
        return False
    return run(["docker", "info"], seconds=60).returncode == 0


@pytest.mark.real
def test_its_steps_make_what_it_runs(project: Project, tmp_path: Path) -> None:
    """The files that are copied, the commands that are run, and what is started then, without an engine."""
    source, made = tmp_path / "source", tmp_path / "feeds-environment"
    source.mkdir()
    environment = environ(PATH=f"{made / 'bin'}{os.pathsep}{os.environ['PATH']}", PYTHONPATH="")
    first = _instructions()[: [word for word, _ in _instructions()].index("FROM", 1)]
    for word, argument in first:
        if word == "COPY":
            *names, place = argument.split()
            for name in names:
                # As Docker does: a folder's content goes into the place, which is made; a file too.
                target = source / place / ("" if (ROOT / name).is_dir() else Path(name).name)
                target.parent.mkdir(parents=True, exist_ok=True)
                copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
                copy(ROOT / name, target)
        if word == "RUN":
            run(
                argument.replace("/opt/feeds", str(made)), shell=True, cwd=source, env=environment, check=True
            )
    project.record("a", topics=["News"])
    port = free_port()
    program, *arguments = json.loads(_last("CMD"))
    command = [str(made / "bin" / program), *(str(port) if one == "8000" else one for one in arguments)]
    with running(command, project.root, port, environment=environment) as server:
        code = _health_command()[2].replace("http://127.0.0.1:8000", server.address)
        assert run([str(made / "bin" / "python"), "-c", code], seconds=30).returncode == 0


@pytest.mark.real
@pytest.mark.skipif(not _has_engine(), reason="no Docker engine runs here; the test before does its steps")
def test_the_image_is_built_and_answers(project: Project, tmp_path: Path) -> None:
    """As somebody would who has a Docker engine."""
    project.record("a", topics=["News"])
    tag, name = "article-feeds:test", f"article-feeds-test-{free_port()}"
    run(["docker", "build", "-q", "-t", tag, str(ROOT)], check=True, seconds=900)
    port = free_port()
    project.root.chmod(0o777)
    run(
        [
            *("docker", "run", "-d", "--rm", "--name", name, "-p", f"127.0.0.1:{port}:8000"),
            *("-v", f"{project.root}:/data", tag),
        ],
        check=True,
        seconds=60,
    )
    try:

        def is_healthy() -> bool:
            code = f"import urllib.request; urllib.request.urlopen('http://127.0.0.1:{port}/topics/news.rss')"
            return run([sys.executable, "-c", code]).returncode == 0

        eventually(is_healthy, 60)
    finally:
        run(["docker", "rm", "-f", name], seconds=60)
