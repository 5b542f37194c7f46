"""Host names that stand for another: those kept for examples and tests, and those of the computer itself."""

from __future__ import annotations

from ipaddress import ip_address

_EXAMPLES = ("example.com", "example.net", "example.org")
"""RFC 2606 keeps these, and every name below them, from being anybody's; examples are written with them.

The top-level domains that it keeps, such as .test, are chosen by people who know that they try something.
"""
_LOCAL = ("localhost", "localhost.localdomain")


def why_no_home(host: str) -> str:
    """Return why nobody else can find anything at a host, to follow its name in a message; "" if they can.

    ``host`` is a name or an IP address, IPv6 in brackets or not.
    """
    name = host.strip("[]").lower().rstrip(".")
    if _is_below(name, _EXAMPLES):
        return "is kept for examples and tests"
    if _is_below(name, _LOCAL) or _is_own_address(name):
        return "is this computer itself"
    return ""


def is_address(host: str) -> bool:
    """Whether a host is an IP address, and no name."""
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


def _is_below(name: str, domains: tuple[str, ...]) -> bool:
    return any(name == domain or name.endswith(f".{domain}") for domain in domains)


def _is_own_address(name: str) -> bool:
    if not is_address(name):
        return False
    found = ip_address(name)
    return found.is_loopback or found.is_unspecified
