"""The file of a configuration, read again whenever it has changed."""

from __future__ import annotations

from pathlib import Path

import msgspec

from .faults import Override
from .reading import load
from .tables import Config


class Source:
    """Where a configuration comes from: a file, and what the command line puts in its place.

    It can be read again when the file has changed.
    """

    def __init__(self, path: str | Path, override: Override | None = None) -> None:
        self._path = Path(path).absolute()
        self._shown = str(path)
        self._override = override
        self._loaded: bytes | None = None
        """What the file said when it was read last."""
        self._found: bytes | None = None

    @property
    def identity(self) -> str:
        """A text that is the same for all who serve the same: the file, and what goes before it."""
        kept = {table: values for table, values in (self._override or {}).items() if table != "server"}
        return msgspec.json.encode((str(self._path), kept), order="sorted").decode()

    def load(self) -> Config:
        """Read the file. Raises ConfigError, as `load` does."""
        self._loaded = self._found = self._bytes()
        return load(self._path, self._override, self._shown)

    def has_changed(self) -> bool:
        """Whether the file says another thing than when it was read last, and has come to rest since."""
        before, self._found = self._found, self._bytes()
        return self._found == before and self._found != self._loaded

    def _bytes(self) -> bytes | None:
        try:
            return self._path.read_bytes()
        except OSError:
            return None
