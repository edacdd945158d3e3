"""Where a request comes from: the address that limits count by."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

# Whoever has one address of this size has them all.
OF_ONE_HOUSEHOLD = 64


def address_of(request: HttpRequest) -> str:
    """The address of the client; empty when the server tells none, as over a Unix socket.

    `X-Forwarded-For` is believed only as far as the setting TRUSTED_PROXIES says how many proxies of ours stand in
    front: each appends the address it was reached from, so the client's is that many from the end. A header with fewer
    entries did not come by our proxies.
    """
    direct = str(request.META.get("REMOTE_ADDR") or "")
    proxies: int = settings.TRUSTED_PROXIES
    forwarded = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).split(",")
    if proxies == 0 or len(forwarded) < proxies:
        return direct
    found = _parsed(forwarded[-proxies])
    return direct if found is None else str(found)


def counted_as(address: str) -> str:
    """The client that an address stands for: itself, and of IPv6 the network that one household has."""
    found = _parsed(address)
    if isinstance(found, IPv6Address):
        return str(ip_network((found, OF_ONE_HOUSEHOLD), strict=False))
    return address if found is None else str(found)


def _parsed(text: str) -> IPv4Address | IPv6Address | None:
    """The address, without the port that some proxies write, and IPv4 written as IPv6 as what it is."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ip_address(text)
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found
