"""The access log: one line a request, in the Combined Log Format or as JSON.

Lines go to the logger `NAME` at level INFO. Where nobody has given that logger a handler, they are printed on
the standard output.
"""

from __future__ import annotations

import ipaddress
import json
import logging
import re
import sys
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Literal, NamedTuple
from urllib.parse import quote

NAME = "feeds.access"

_LONGEST = 1000
"""So many characters of what a client sends are logged; a line stays a line."""
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_UNFIT = re.compile(r"[^ !#-\[\]-~]")
"""What could end a quoted text or a line, or confuse a terminal: quotation marks, backslashes, controls, and
whatever is not ASCII."""


class LogLine(NamedTuple):
    """What is known of a request that was answered."""

    time: datetime
    """When the answer was ready, UTC."""
    method: str
    path: str
    """Percent-encoded, as far as WSGI lets know."""
    query: str
    protocol: str
    status: int
    bytes: int
    """Of content, after content coding."""
    ms: float
    """Milliseconds from the request's arrival in the application until its answer was ready."""
    client: str
    agent: str
    referer: str


class AccessLog:
    """Logs answers. ``proxies`` is how many proxies stand before the server and say whom they ask for."""

    def __init__(self, form: Literal["plain", "json"], proxies: int = 0) -> None:
        self._write: Callable[[LogLine], str] = {"plain": plain, "json": as_json}[form]
        self._proxies = proxies
        self._logger = logging.getLogger(NAME)
        if not self._logger.handlers:
            handler = logging.StreamHandler(sys.stdout)
            handler.setFormatter(logging.Formatter("%(message)s"))
            self._logger.addHandler(handler)
            self._logger.propagate = False
        self._logger.setLevel(logging.INFO)

    def __call__(self, environ: Mapping[str, Any], status: str, size: int, seconds: float) -> None:
        """Log one answer: its status line, the bytes of its content, how long it took."""
        line = LogLine(
            datetime.fromtimestamp(time.time(), UTC),
            environ["REQUEST_METHOD"][:_LONGEST],
            quote(environ["PATH_INFO"][:_LONGEST].encode("latin-1", "replace"), safe="/:@!$&'()*+,;=~"),
            environ.get("QUERY_STRING", "")[:_LONGEST],
            environ.get("SERVER_PROTOCOL", ""),
            int(status[:3]),
            size,
            round(seconds * 1000, 3),
            client(environ, self._proxies),
            environ.get("HTTP_USER_AGENT", "")[:_LONGEST],
            environ.get("HTTP_REFERER", "")[:_LONGEST],
        )
        self._logger.info("%s", self._write(line))


def client(environ: Mapping[str, Any], proxies: int) -> str:
    """Return the address of whoever asks.

    Each proxy adds the address that it was asked from to the end of X-Forwarded-For; what stands before those
    of our own proxies may be invented. With no proxies the field is not looked at.
    """
    direct: str = environ.get("REMOTE_ADDR", "")
    if not proxies:
        return direct
    named = environ.get("HTTP_X_FORWARDED_FOR", "").split(",")
    try:
        return str(ipaddress.ip_address(named[-proxies].strip()))
    except (IndexError, ValueError):
        return direct


def plain(line: LogLine) -> str:
    """Write a line in Apache's Combined Log Format, with the milliseconds at its end."""
    moment = f"{line.time:%d}/{_MONTHS[line.time.month - 1]}/{line.time:%Y:%H:%M:%S} +0000"
    target = f"{line.path}?{line.query}" if line.query else line.path
    asked = f"{line.method} {target} {line.protocol}"
    return (
        f'{_safe(line.client) or "-"} - - [{moment}] "{_safe(asked)}" {line.status} {line.bytes} '
        f'"{_safe(line.referer) or "-"}" "{_safe(line.agent) or "-"}" {line.ms:.3f}'
    )


def as_json(line: LogLine) -> str:
    """Write a line as a JSON object in ASCII; its time is RFC 3339's, to the millisecond."""
    moment = f"{line.time.replace(tzinfo=None).isoformat(timespec='milliseconds')}Z"
    return json.dumps(line._asdict() | {"time": moment})


def _safe(text: str) -> str:
    return _UNFIT.sub(lambda found: f"\\x{ord(found[0]):02x}", text)
