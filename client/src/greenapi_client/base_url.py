"""The one place that a client speaks to."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from .errors import ConfigurationError

API = "/api/v1"


def checked(base_url: str, *, with_token: bool) -> str:
    """The base URL without a final slash and without `/api/v1`.

    Raises:
        ConfigurationError: it is no http or https address of a host, or holds a user name, a query or a fragment; or a
            token would be sent over plain http to another machine.
    """
    try:
        parts = urlsplit(base_url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise ConfigurationError(f"the base URL is none: {error}") from error
    if parts.scheme not in {"http", "https"} or not host:
        raise ConfigurationError(f"the base URL must begin with https:// or http:// and name a host, not {base_url!r}")
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise ConfigurationError("the base URL must have no user name, password, query or fragment")
    if with_token and parts.scheme != "https" and not _is_local(host):
        raise ConfigurationError(f"the token would be readable on its way to {host}: use https")
    return base_url.rstrip("/").removesuffix(API)


def _is_local(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
