"""What a look at an image on another server shows: whether it is there, its type, its length."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from feeds.text import imagesizes, imagetypes

from .client import HEAD_BYTES, Client, Failed, Reply

FOUND, NOTHING, FAILURE = "found", "nothing", "failure"
"""An image is there; none is; or nobody could say."""
_LONGEST = 1 << 40
"""No image has so many bytes."""
_OVERLOADED = frozenset({429, 503})
_ACCEPTED = {"Accept": "image/*, */*;q=0.1", "Accept-Encoding": "identity"}


class Seen(NamedTuple):
    """What a look at an image showed."""

    finding: str
    """`FOUND`, `NOTHING` or `FAILURE`."""
    media_type: str = ""
    length: int = 0
    etag: str = ""
    modified: str = ""
    reason: str = ""
    again_after: int = 0
    """Seconds for which its server wants to be left alone."""
    is_unchanged: bool = False
    """What was known before holds."""
    width: int = 0
    """Pixels; 0 if unknown."""
    height: int = 0
    is_measured: bool = False
    """Whether everything was done to learn its size."""


class Images:
    """Looks at images on other people's servers: whether they are there, of which type and length.

    Of an image at most ``max_bytes`` are read, where only counting tells its length. With ``measures`` its
    beginning is read in any case, which tells how wide and high it is.
    """

    def __init__(self, client: Client, max_bytes: int, *, measures: bool = False) -> None:
        self._client = client
        self._max_bytes = max_bytes
        self._measures = measures
        self._part = imagesizes.ENOUGH if measures else HEAD_BYTES

    async def look(self, url: str, conditions: Mapping[str, str]) -> Seen:
        """Ask for an image by HEAD, and by GET for its beginning where that does not tell everything.

        ``conditions`` are fields by which the server may answer that it is unchanged. Raises what
        `feeds.network.client.Client.ask` does.
        """
        try:
            reply = await self._client.ask("HEAD", url, {**_ACCEPTED, **conditions})
        except Failed as error:
            if error.is_silent:
                raise
        else:
            if reply.status == 304 and conditions:
                return Seen(FOUND, is_unchanged=True)
            if reply.status in _OVERLOADED:
                return _failed(reply)
            media_type = imagetypes.named(reply.headers.get("Content-Type", ""))
            length = _length(reply.status, reply.headers)
            if reply.status == 200 and media_type and length:
                found = _found(reply, media_type, length)
                return await self._measured(url, found) if self._measures else found
        # A HEAD that is refused, or finds nothing, proves nothing: many servers answer it carelessly.
        part = _ACCEPTED | {"Range": f"bytes=0-{self._part - 1}"}
        reply = await self._client.ask("GET", url, part, self._appetite, self._part)
        if reply.status in (206, 416) and not _length(reply.status, reply.headers):
            reply = await self._client.ask("GET", url, _ACCEPTED, self._appetite, self._part)
        seen = _judged(reply)
        return _with_size(seen, reply) if self._measures and seen.finding == FOUND else seen

    async def _measured(self, url: str, seen: Seen) -> Seen:
        """Ask for the beginning of an image that is there. Where it does not come, its size stays unknown."""
        if seen.media_type not in imagesizes.MEASURED:
            return seen._replace(is_measured=True)
        part = _ACCEPTED | {"Range": f"bytes=0-{self._part - 1}"}
        try:
            reply = await self._client.ask("GET", url, part, lambda *_: self._part, self._part)
        except Failed:
            return seen
        return _with_size(seen, reply) if reply.status in (200, 206) else seen

    def _appetite(self, status: int, headers: Mapping[str, str]) -> int:
        """Read the beginning, or everything that may be read where only counting tells the length."""
        return self._part if status != 200 or _length(status, headers) else self._max_bytes


def _judged(reply: Reply) -> Seen:
    """Say what an answer to GET means."""
    if reply.status in (404, 410):
        return Seen(NOTHING, reason=_line(reply))
    if reply.status not in (200, 206):
        return _failed(reply)
    content_type = reply.headers.get("Content-Type", "")
    media_type = imagetypes.named(content_type) or imagetypes.sniffed(reply.head)
    if not reply.head:
        return Seen(NOTHING, reason="is empty")
    if not media_type:
        return Seen(
            NOTHING, reason=f"is no image, but {content_type.partition(';')[0][:100] or 'something else'}"
        )
    length = _length(reply.status, reply.headers)
    if not length and reply.is_whole:
        length = reply.size
    return _found(reply, media_type, length)


def _found(reply: Reply, media_type: str, length: int) -> Seen:
    etag, modified = reply.headers.get("ETag", ""), reply.headers.get("Last-Modified", "")
    return Seen(FOUND, media_type, length, etag[:500], modified[:100])


def _with_size(seen: Seen, reply: Reply) -> Seen:
    width, height = imagesizes.measured(reply.head)
    return seen._replace(width=width, height=height, is_measured=True)


def _failed(reply: Reply) -> Seen:
    return Seen(FAILURE, reason=_line(reply), again_after=reply.retry_after() or 0)


def _line(reply: Reply) -> str:
    return f"{reply.status} {reply.reason}".strip()


def _length(status: int, headers: Mapping[str, str]) -> int:
    """Return how long the whole content is, by the answer's fields; 0 where they do not tell.

    The length of a content that is coded, say compressed, is not the image's.
    """
    if headers.get("Content-Encoding", "identity").strip().lower() not in ("", "identity"):
        return 0
    value = headers.get("Content-Length", "")
    if status == 206:
        value = headers.get("Content-Range", "").rpartition("/")[2].strip()
    length = int(value) if value.isascii() and value.isdecimal() and len(value) < 16 else 0
    return length if length < _LONGEST else 0
