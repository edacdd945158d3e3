"""One session to one service: every request is a GET below the base URL, with a timeout, without redirects."""

import random
import time
from collections.abc import Mapping
from typing import Any

import requests
from requests.auth import AuthBase
from urllib3.exceptions import ReadTimeoutError

from . import retry_after
from .answers import Answer, read
from .base_url import API, checked
from .errors import ConfigurationError, TimedOut, TransportError
from .version import __version__

USER_AGENT = f"greenapi-client/{__version__} python-requests/{requests.__version__}"
MAX_WAIT = 10.0  # seconds between two attempts; a service that asks for more is not asked again


class Bearer(AuthBase):
    """Sends a token. Given to requests as `auth`, it is not replaced by what a `.netrc` holds."""

    def __init__(self, token: str) -> None:
        """Raises ConfigurationError, without showing it, when it cannot stand in a header."""
        if not (token.isascii() and token.isprintable() and token and " " not in token):
            raise ConfigurationError("the token must be printable ASCII without spaces")
        self._token = token

    def __call__(self, request: Any) -> Any:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


class Transport:
    """Requests to one base URL, over one session; the token goes nowhere else."""

    def __init__(
        self,
        base_url: str,
        *,
        token: str | None,
        timeout: float,
        retries: int,
        session: requests.Session | None,
    ) -> None:
        """Raises ConfigurationError for a base URL or token that cannot work."""
        self.base_url = checked(base_url, with_token=token is not None)
        self._auth = None if token is None else Bearer(token)
        self._timeout = timeout
        self._retries = retries
        self._session = session or requests.Session()
        self._owns_session = session is None

    def get(self, path: str, query: Mapping[str, str]) -> Answer:
        """The answer to a GET of `path`, which begins after `/api/v1`.

        A connection that cannot be made or breaks, and a 503 that says when to come back, are tried again.

        Raises:
            GreenAPIError: any of its subclasses but ConfigurationError.
        """
        url = f"{self.base_url}{API}{path}"
        attempt = 0
        while True:
            last = attempt >= self._retries
            try:
                response = self._send(url, query)
            except requests.RequestException as error:
                if last or not _may_pass(error):
                    raise self._failure(url, error) from error
                wait = random.uniform(0, 0.2 * 2**attempt)  # noqa: S311 - spreads clients, guards no secret
            else:
                asked = _asked_to_wait(response)
                if last or asked is None:
                    return read(response)
                wait = asked
            time.sleep(wait)
            attempt += 1

    def close(self) -> None:
        """Closes the session, unless it was injected."""
        if self._owns_session:
            self._session.close()

    def _send(self, url: str, query: Mapping[str, str]) -> requests.Response:
        return self._session.get(
            url,
            params=dict(query),
            headers={"Accept": "application/json", "User-Agent": USER_AGENT},
            auth=self._auth,
            timeout=self._timeout,
            allow_redirects=False,
        )

    def _failure(self, url: str, error: requests.RequestException) -> TransportError:
        if _is_timeout(error):
            return TimedOut(f"{url} did not answer within {self._timeout:g} s")
        return TransportError(f"{url}: {error}")


def _is_timeout(error: requests.RequestException) -> bool:
    # A body that stops half way is a ConnectionError that says why inside.
    return isinstance(error, requests.Timeout) or any(isinstance(cause, ReadTimeoutError) for cause in error.args)


def _may_pass(error: requests.RequestException) -> bool:
    """Whether the same request may succeed in a moment."""
    broken = isinstance(error, (requests.ConnectionError, requests.exceptions.ChunkedEncodingError))
    return broken and not _is_timeout(error)


def _asked_to_wait(response: requests.Response) -> float | None:
    """Seconds after which a service that is busy, or was asked too often, wants to be asked again; None to read it."""
    if response.status_code not in {requests.codes.service_unavailable, requests.codes.too_many_requests}:
        return None
    wait = retry_after.seconds(response.headers.get("Retry-After"))
    return wait if wait is not None and wait <= MAX_WAIT else None
