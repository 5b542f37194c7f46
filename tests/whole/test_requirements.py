"""The locks in requirements/: they have what pyproject.toml asks for, and nothing without a hash."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version
from project import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)[^\n]*\\\n((?:    --hash=[^\n]+\n)+)", re.M)


def _pinned(lock: Path) -> dict[str, set[Version]]:
    """Return the versions of each package; there are several where systems or Pythons differ."""
    found: dict[str, set[Version]] = {}
    for name, version, _ in _PINNED.findall(lock.read_text(encoding="utf-8")):
        found.setdefault(canonicalize_name(name), set()).add(Version(version))
    return found


def _asked_for(extra: str) -> list[Requirement]:
    asked = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"].get(extra, [])]
    return [one for one in map(Requirement, asked) if one.name != PROJECT["name"]]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_a_lock_has_what_is_asked_for(lock: Path) -> None:
    """Who changes pyproject.toml runs `make lock`."""
    pinned = _pinned(lock)
    for one in _asked_for("test" if lock.stem == "lowest" else lock.stem):
        versions = pinned.get(canonicalize_name(one.name))
        assert versions, f"{one.name} is not in {lock.name}: run `make lock`"
        for version in versions:
            assert one.specifier.contains(version), f"{one} is {version} in {lock.name}: run `make lock`"


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_a_lock_has_hashes_and_names_no_host(lock: Path) -> None:
    """It works with whatever mirror of the registry a machine uses."""
    text = lock.read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
    assert len(lines) == len(_PINNED.findall(text))
    assert "://" not in text
    assert "--index" not in text
    assert "--find-links" not in text


def test_the_lowest_versions_are_those_of_the_bounds() -> None:
    """What `make test-lowest` installs is what pyproject.toml says is enough."""
    pinned = _pinned(ROOT / "requirements" / "lowest.txt")
    for one in map(Requirement, PROJECT["dependencies"]):
        bound = next(Version(each.version) for each in one.specifier if each.operator == ">=")
        (version,) = pinned[canonicalize_name(one.name)]
        # A bound such as 1.1 is met by a first release 1.1.0 or, where that was taken back, 1.1.1.
        assert version.release[: len(bound.release)] == bound.release, f"{one.name}: {version}, not {bound}"


def test_no_package_is_asked_for_that_no_registry_has() -> None:
    """The project itself is installed from a checkout or a wheel; nothing tells people to get it by name."""
    shipped = [*(ROOT / "feeds").rglob("*.py"), ROOT / "server.py", ROOT / "README.md"]
    for file in [*shipped, *(ROOT / "docs").rglob("*.md")]:
        assert not re.search(rf"pip install\s+[\"']?{PROJECT['name']}", file.read_text(encoding="utf-8")), (
            file
        )
