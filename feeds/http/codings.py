"""Content codings (RFC 9110 section 8.4.1): a document's bytes in each, made once and always the same."""

from __future__ import annotations

import gzip


def gzipped(body: bytes) -> bytes:
    """Return these bytes in gzip, as small as it makes them; without a time stamp, which would differ."""
    return gzip.compress(body, 9, mtime=0)


def brotli(body: bytes) -> bytes:
    """Return these bytes in Brotli (RFC 7932), at the quality beyond which it gets many times slower."""
    # Imported late, because `feeds --help` waits for all that is not.
    import brotli as library

    return bytes(library.compress(body, quality=9))


BY_SUFFIX = {"gz": gzipped, "br": brotli}
"""By the suffix of a file that lies beside a document and is handed out in its place."""
