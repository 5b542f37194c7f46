"""Addresses: what is on the public internet, and what may be asked although it is not."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.network.addresses import Allowed, is_public

PRIVATE = """
    0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.127.255.254 127.0.0.1 127.255.255.254
    169.254.0.1 169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.1 192.0.2.7 192.88.99.1 192.168.1.1
    198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.9 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255
    :: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:a9fe:a9fe 64:ff9b::127.0.0.1 64:ff9b::a00:1
    64:ff9b:1::808:808 100::1 2001::1 2001:db8::1 2002:7f00:1::1 2002:808:808::1 3fff::1 4000::1 5f00::1
    fc00::1 fd12:3456::1 fe80::1 fe80::1%eth0 fec0::1 ff02::1
"""
PUBLIC = """
    1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.1 100.63.255.255 100.128.0.1 172.15.0.1 172.32.0.1 192.0.1.1
    192.167.0.1 198.17.0.1 198.20.0.1 223.255.255.255 2606:4700::1111 2a00:1450:4001::1 2620:4f:8000::1
    ::ffff:8.8.8.8 64:ff9b::8.8.8.8
"""


@pytest.mark.parametrize("address", PRIVATE.split())
def test_what_is_not_public(address: str) -> None:
    """Private, loopback, link-local, multicast and reserved addresses, however IPv6 wraps them."""
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC.split())
def test_what_is_public(address: str) -> None:
    """What is next to a special range is not in it."""
    assert is_public(address)


@given(st.ip_addresses(v=4) | st.ip_addresses(v=6))
def test_nothing_is_public_that_python_calls_private(address: ipaddress.IPv4Address) -> None:
    """Ours may be the stricter answer, never the other way round."""
    if is_public(str(address)):
        mapped = getattr(address, "ipv4_mapped", None)
        assert (mapped or address).is_global and not (mapped or address).is_multicast


@given(st.ip_addresses(v=4))
def test_an_address_is_judged_alike_however_it_is_wrapped(address: ipaddress.IPv4Address) -> None:
    """IPv4-mapped and NAT64 addresses lead to the IPv4 address in them."""
    for prefix in ("::ffff:", "64:ff9b::"):
        assert is_public(f"{prefix}{address}") == is_public(str(address))


def test_names_addresses_and_networks_can_be_allowed() -> None:
    """And nothing besides them."""
    allowed = Allowed(
        ["Images.Intranet.example", "127.0.0.1", "10.1.0.0/16", "[fd00::1]", "fd01::/64", "nas"]
    )
    assert allowed.name("images.intranet.example")
    assert allowed.name("IMAGES.intranet.example.")
    assert allowed.name("nas")
    assert not allowed.name("intranet.example")
    assert not allowed.name("more.images.intranet.example")
    for address in ("127.0.0.1", "10.1.255.255", "fd00::1", "fd01::5"):
        assert allowed.address(address), address
    for address in ("127.0.0.2", "10.2.0.0", "fd00::2", "fd01:0:0:1::5", "::ffff:127.0.0.1"):
        assert not allowed.address(address), address


@pytest.mark.parametrize(
    "entry", ["", "https://e.org", "e.org/x", "e.org:80", "10.0.0.1/8", "1.2.3", "a b", "*"]
)
def test_what_is_no_host_is_refused(entry: str) -> None:
    """So that nobody believes in an exception that is none."""
    with pytest.raises(ValueError, match="is no host name, address or network"):
        Allowed([entry])
