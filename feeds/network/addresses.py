"""Which network addresses are on the public internet: where URLs that others wrote may lead us."""

from __future__ import annotations

import re
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

_HOST_NAME = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?\.?")

# The registries of special addresses (RFC 6890, as IANA keeps them), multicast and what is reserved. Written
# down here, because Python's own answer differs between its releases.
_SPECIAL_V4 = tuple(
    map(
        IPv4Network,
        (
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",
            "240.0.0.0/4",
        ),
    )
)
_GLOBAL_V6 = IPv6Network("2000::/3")
"""All that was ever given out (RFC 4291 section 2.4); what lies outside is special, private or free."""
_SPECIAL_V6 = tuple(map(IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")))
_CARRIES_V4 = tuple(map(IPv6Network, ("::ffff:0:0/96", "64:ff9b::/96")))
"""Prefixes of addresses that lead to the IPv4 address in their last 32 bits: mapped ones, and NAT64's."""


def is_public(address: str) -> bool:
    """Whether an IP address, as the socket module spells it, may be anybody's on the public internet.

    Private, loopback, link-local, multicast, documentation and reserved addresses are not, nor are IPv6
    addresses that lead to such an IPv4 address.
    """
    found = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address):
        if any(found in network for network in _CARRIES_V4):
            found = IPv4Address(int(found) & 0xFFFF_FFFF)
        else:
            return found in _GLOBAL_V6 and not any(found in network for network in _SPECIAL_V6)
    return not any(found in network for network in _SPECIAL_V4)


def _network_hint(entry: str) -> str:
    try:
        return f"; did you mean {ip_network(entry.strip('[]'), strict=False)}?"
    except ValueError:
        return ""


class Allowed:
    """Hosts that may be asked although they are not public: names, addresses and networks.

    Raises ValueError, with a reason fit for people, where an entry is none of these.
    """

    def __init__(self, entries: Iterable[str]) -> None:
        self._names: set[str] = set()
        self._networks: list[IPv4Network | IPv6Network] = []
        for entry in entries:
            try:
                self._networks.append(ip_network(entry.strip("[]")))
            except ValueError:
                name = entry.lower()
                if not _HOST_NAME.fullmatch(name) or name.replace(".", "").isdecimal():
                    reason = "is no host name, address or network"
                    hint = _network_hint(entry)
                    raise ValueError(f"{entry!r} {reason}{hint}") from None
                self._names.add(name.rstrip("."))

    def name(self, host: str) -> bool:
        """Whether this host, as its URL names it, is among them."""
        return host.lower().rstrip(".") in self._names

    def address(self, address: str) -> bool:
        """Whether an IP address is among them."""
        found = ip_address(address.partition("%")[0])
        return any(found in network for network in self._networks)
