"""Programs of Debian's that tests marked `real` drive."""

from __future__ import annotations

import os
import shutil

import pytest
from processes import run

PATH = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/sbin"))
"""Where programs are; web servers are not on everybody's PATH."""


def program(name: str, package: str) -> str:
    """Return where a program is, installed if that can be done; else the test is skipped, or fails in CI.

    What is no program, such as a module of nginx, is named by its path.
    """
    found = _find(name)
    if not found and hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
        # At this run level Debian starts no servers that it installs.
        quiet = {**os.environ, "RUNLEVEL": "1", "DEBIAN_FRONTEND": "noninteractive"}
        for arguments in (["update"], ["install", "-y", "--no-install-recommends", package]):
            run(["apt-get", "-q", *arguments], seconds=900, env=quiet)
        found = _find(name)
    if found:
        return found
    if os.environ.get("CI") == "true":
        pytest.fail(f"{package} cannot be installed, and CI needs it")
    pytest.skip(f"{name} is not installed (apt-get install {package})")


def _find(name: str) -> str | None:
    if os.sep in name:
        return name if os.path.exists(name) else None  # noqa: PTH110 - it stays a string
    return shutil.which(name, path=PATH)
