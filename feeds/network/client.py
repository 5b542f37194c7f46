"""Requests to other people's servers: a few at a time, and only to addresses that are public.

A host's name is resolved once, every address that comes of it is checked, and the connection goes to one of
those very addresses, so that no second answer of the name server can lead elsewhere. Host and TLS name are
the URL's. The same holds for each redirect.
"""

from __future__ import annotations

import asyncio
import math
import socket
import ssl
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from typing import Any, NamedTuple, Self

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from feeds.text import urls

from .addresses import Allowed, is_public

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""Returns the IP addresses of a host's name; raises OSError where there are none."""

HEAD_BYTES = 4096
"""So much of a body is kept, if not said otherwise: what something is stands at its beginning."""

Appetite = Callable[[int, Mapping[str, str]], int]
"""Says, by an answer's status and fields, how many bytes of its content to read at most."""

_MOST_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PORTS = {"http": 80, "https": 443}


class Limits(NamedTuple):
    """How politely to ask."""

    workers: int
    """Requests under way at the same time."""
    per_host: int
    """Requests under way at the same time to one host."""
    pause: float
    """Seconds between the beginnings of two requests to one host."""
    timeout: float
    """Seconds that one request may take, from looking up the name to the last byte read."""


class AddressRefused(OSError):
    """The URL leads to a place that must not be asked; the text says why."""


class Failed(Exception):
    """No usable answer came; the text says why. ``is_silent`` if nobody answered at all."""

    def __init__(self, reason: str, *, is_silent: bool = False) -> None:
        super().__init__(reason)
        self.is_silent = is_silent


class Reply(NamedTuple):
    """An answer, after redirects."""

    status: int
    reason: str
    headers: Mapping[str, str]
    """By name, in whatever case."""
    head: bytes
    """The first bytes of the content, without its coding."""
    size: int
    """How many bytes of the content were read, without its coding."""
    is_whole: bool
    """Whether that was all of it."""
    url: str = ""
    """Where it came from, in the end."""

    def retry_after(self) -> int | None:
        """Return for how many seconds the server wants to be left alone (RFC 9110 section 10.2.3), or None.

        A date is compared with the server's own clock.
        """
        value = self.headers.get("Retry-After", "").strip()
        if value.isascii() and value.isdecimal():
            return int(value[:9])
        try:
            until = parsedate_to_datetime(value)
            since = parsedate_to_datetime(self.headers.get("Date", ""))
            return max(int((until - since).total_seconds()), 0)
        except (TypeError, ValueError):
            return None


class Client:
    """Asks servers; an async context manager. ``agent`` is the User-Agent that it names itself by."""

    def __init__(self, limits: Limits, agent: str, allowed: Allowed, resolve: Resolve | None = None) -> None:
        self._limits = limits
        self._agent = agent
        self._guard = _Guard(allowed, resolve or _resolve)
        self._slots = asyncio.Semaphore(limits.workers)
        self._gates: defaultdict[str, _Gate] = defaultdict(lambda: _Gate(limits.per_host, limits.pause))
        self._open = AsyncExitStack()

    async def __aenter__(self) -> Self:
        connector = aiohttp.TCPConnector(
            resolver=self._guard,
            socket_factory=self._guard.socket,
            # Made now, so that SSL_CERT_FILE is looked at now.
            ssl=ssl.create_default_context(),
            limit=0,
        )
        self._session = await self._open.enter_async_context(
            aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=None),
                headers={"User-Agent": self._agent},
                # Proxies would resolve names themselves.
                trust_env=False,
            )
        )
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._open.aclose()

    async def ask(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        appetite: Appetite | None = None,
        kept: int = HEAD_BYTES,
    ) -> Reply:
        """Ask for a URL, following redirects, and read as much of the answer's content as is wanted.

        Of that, so many bytes are kept.

        Raises AddressRefused where the URL, or a redirect, leads to a place that must not be asked, and
        Failed where no answer comes.
        """
        for _ in range(_MOST_REDIRECTS + 1):
            reply = await self._ask_once(method, url, headers, appetite, kept=kept)
            target = reply.headers.get("Location", "")
            if reply.status not in _REDIRECTS or not target:
                return reply._replace(url=url)
            try:
                url = urls.absolute(target, url)
            except ValueError as error:
                raise AddressRefused(f"redirects to {target[:200]!r}, which {error}") from None
        raise Failed(f"redirects more than {_MOST_REDIRECTS} times")

    async def post(self, url: str, data: Mapping[str, str]) -> Reply:
        """Send a form. Redirects are not followed, because they would make another request of it."""
        return await self._ask_once("POST", url, {}, lambda *_: HEAD_BYTES, data)

    async def _ask_once(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        appetite: Appetite | None,
        data: Mapping[str, str] | None = None,
        kept: int = HEAD_BYTES,
    ) -> Reply:
        self._guard.check(url)
        async with self._gates[urls.host(url)].passed(), self._slots:
            try:
                async with asyncio.timeout(self._limits.timeout):
                    address = URL(url.partition("#")[0], encoded=True)
                    async with self._session.request(
                        method, address, headers=headers, data=data, allow_redirects=False
                    ) as answer:
                        most = appetite(answer.status, answer.headers) if appetite else 0
                        return await _read(answer, most, kept)
            except TimeoutError:
                reason = f"did not answer within {self._limits.timeout:g} seconds"
                raise Failed(reason, is_silent=True) from None
            except aiohttp.ClientConnectorCertificateError as error:
                # In some releases of aiohttp it is a connector's error that has no `os_error`.
                raise Failed(_spelled(error.certificate_error), is_silent=True) from None
            except aiohttp.ClientConnectorError as error:
                if isinstance(error.os_error, AddressRefused):
                    raise error.os_error from None
                raise Failed(_spelled(error.os_error), is_silent=True) from None
            except (aiohttp.ClientError, ValueError, OSError) as error:
                raise Failed(f"gave a broken answer: {_spelled(error)}") from None


async def _read(answer: aiohttp.ClientResponse, most: int, kept: int) -> Reply:
    head, count, is_whole = bytearray(), 0, True
    if most:
        async for chunk in answer.content.iter_chunked(1 << 16):
            head += chunk[: kept - len(head)]
            count += len(chunk)
            if count >= most:
                is_whole = answer.content.at_eof()
                break
    # What was not read is not waited for.
    answer.close()
    return Reply(answer.status, answer.reason or "", answer.headers, bytes(head), count, is_whole)


def _spelled(error: Exception) -> str:
    """Return what people can make something of: the first line, without the machine's own numbers."""
    text = getattr(error, "strerror", "") or getattr(error, "message", "") or str(error)
    return str(text).strip().partition("\n")[0][:200] or type(error).__name__


class _Gate:
    """Lets a few requests to one host through at a time, with a pause between their beginnings."""

    def __init__(self, per_host: int, pause: float) -> None:
        self._places = asyncio.Semaphore(per_host)
        self._turn = asyncio.Lock()
        self._pause = pause
        self._last = -math.inf

    @asynccontextmanager
    async def passed(self) -> AsyncIterator[None]:
        loop = asyncio.get_running_loop()
        async with self._places:
            async with self._turn:
                await asyncio.sleep(max(self._last + self._pause - loop.time(), 0))
                self._last = loop.time()
            yield


async def _resolve(host: str, port: int) -> Sequence[str]:
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class _Guard(AbstractResolver):
    """Resolves names, and refuses what is not public."""

    def __init__(self, allowed: Allowed, resolve: Resolve) -> None:
        self._allowed = allowed
        self._resolve = resolve
        self._granted: set[str] = set()
        """Addresses of hosts whose names are allowed."""

    def check(self, url: str) -> None:
        """Refuse a URL whose scheme, port or literal address will not do."""
        scheme, _, rest = url.partition("://")
        host = urls.host(url)
        port = rest.split("/", 1)[0].removeprefix(host).removeprefix(":")
        literal = host.strip("[]")
        try:
            is_allowed = self._allowed.address(literal)
        except ValueError:
            is_allowed, literal = self._allowed.name(host), ""
        if is_allowed:
            return
        if literal and not is_public(literal):
            raise AddressRefused(f"{literal} is no public address")
        if port and int(port) != _PORTS[scheme]:
            raise AddressRefused(f"port {port} of {host} is not the usual one")

    async def resolve(self, host: str, port: int = 0, *_: object, **__: object) -> list[ResolveResult]:
        """Return the addresses that a connection to this host may go to (aiohttp calls this)."""
        found = await self._resolve(host, port)
        is_allowed = self._allowed.name(host)
        for address in found:
            if is_allowed:
                self._granted.add(address)
            # One address that is not public among others that are is no accident.
            elif not is_public(address) and not self._allowed.address(address):
                raise AddressRefused(f"{host} leads to {address}, which is no public address")
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6
                if ip_address(address.partition("%")[0]).version == 6
                else socket.AF_INET,
                proto=socket.IPPROTO_TCP,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for address in found
        ]

    def socket(self, info: tuple[Any, ...]) -> socket.socket:
        """Make the socket of a connection: whatever led here, this is where the connection goes."""
        family, kind, protocol, _, (address, *_) = info
        if not (address in self._granted or self._allowed.address(address) or is_public(address)):
            raise AddressRefused(f"{address} is no public address")
        return socket.socket(family, kind, protocol)

    async def close(self) -> None:
        """Let go of nothing (aiohttp calls this)."""
