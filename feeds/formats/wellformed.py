"""What is wrong with a document as XML or JSON: the least that feed readers need."""

from __future__ import annotations

import msgspec
from lxml import etree


def xml_fault(body: bytes) -> str:
    """Return why bytes are not well-formed XML, or ""."""
    try:
        etree.fromstring(body, etree.XMLParser(resolve_entities=False))
    except (etree.XMLSyntaxError, ValueError) as error:
        return str(error)
    return ""


def json_fault(body: bytes) -> str:
    """Return why bytes are not JSON, or ""."""
    try:
        msgspec.json.decode(body)
    except (msgspec.DecodeError, ValueError) as error:
        return str(error)
    return ""
