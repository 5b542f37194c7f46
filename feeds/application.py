"""Where the Flask application is: in the server.py that was installed together with this package.

`import server` would find whatever is called so first: a file in the folder that a person stands in, or
another distribution's. So the file is loaded by its place, which is beside the package in a checkout and in
a wheel.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .errors import FeedsError

if TYPE_CHECKING:
    from types import ModuleType

    from flask import Flask

    from .config import Source

Clock = Callable[[], int]
"""Returns the instant to select for, in seconds since 1970."""

_NAME = "feeds_server"
_OURS = "CONFIG_VARIABLE"
"""A name that our server.py has, and another hardly."""


def module() -> ModuleType:
    """Return our server.py as a module, whatever else is called `server`.

    Raises FeedsError where it is not there, or is somebody else's.
    """
    if _NAME in sys.modules:
        return sys.modules[_NAME]
    file = Path(__file__).resolve().parents[1] / "server.py"
    spec = importlib.util.spec_from_file_location(_NAME, file)
    if not file.is_file() or spec is None or spec.loader is None:
        raise FeedsError(f"{file} is not there, although it belongs to the feeds command: install it again")
    made = importlib.util.module_from_spec(spec)
    sys.modules[_NAME] = made
    try:
        spec.loader.exec_module(made)
    except BaseException:
        del sys.modules[_NAME]
        raise
    if not hasattr(made, _OURS):
        del sys.modules[_NAME]
        raise FeedsError(f"{file} is another package's, and took the place of ours: install feeds again")
    return made


def worker(source: Source, now: int | None, *_: Any) -> Flask:
    """Make the application in a new process, which finds this function by its name, but not `server`'s."""
    made: Flask = module().worker(source, now)
    return made
