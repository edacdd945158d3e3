"""The client: one object that speaks to one greenapi service."""

import os
from types import TracebackType

import requests

from .as_of import AsOf, Moment, as_of
from .errors import ConfigurationError
from .reading import Reader
from .resources import Resources
from .transport import Transport


class View(Resources):
    """The service as it was at one revision or moment: every request says so. Made by `GreenAPI.at`."""

    def __init__(self, transport: Transport, moment: AsOf) -> None:
        super().__init__(Reader(transport=transport, as_of=moment))
        self._transport = transport
        self._moment = moment

    def __repr__(self) -> str:
        return f"<greenapi at {self._transport.base_url} as of {self._moment.text}>"

    @property
    def as_of(self) -> str:
        """The revision, date or time that every request carries."""
        return self._moment.text


class GreenAPI(Resources):
    """A client of the greenapi service at `base_url`, or else at `GREENAPI_URL` of the environment.

    `token` is sent to that service only, over https unless it is on this machine. `timeout` is how long to wait, in
    seconds, for a connection and for each piece of an answer. A connection that cannot be made or breaks, and a 503
    that says when to come back, are tried again up to `retries` times. A `session` given stays the caller's: it may
    bring proxies, certificates and adapters, and is not closed.

    As a context manager it closes its own session.
    """

    def __init__(
        self,
        base_url: str | None = None,
        *,
        token: str | None = None,
        timeout: float = 30.0,
        retries: int = 2,
        session: requests.Session | None = None,
    ) -> None:
        """Raises ConfigurationError when no base URL is known, or when it or the token cannot work."""
        address = base_url or os.environ.get("GREENAPI_URL")
        if not address:
            raise ConfigurationError("give the address of a greenapi service, or set GREENAPI_URL")
        self._transport = Transport(address, token=token, timeout=timeout, retries=retries, session=session)
        super().__init__(Reader(transport=self._transport))

    def __repr__(self) -> str:
        return f"<greenapi at {self._transport.base_url}>"

    def __enter__(self) -> "GreenAPI":  # noqa: PYI034 - Self came with Python 3.11
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def at(self, moment: Moment) -> View:
        """The service as of a revision (its number), a date (the end of that day, UTC), or an aware time.

        A text may name any of them. Asked by number, every answer is checked to be of that revision.

        Raises:
            TypeError: `moment` is none of these.
            ValueError: a negative number, or a time without offset from UTC.
        """
        return View(self._transport, as_of(moment))

    def close(self) -> None:
        """Closes the connections, unless the session was given."""
        self._transport.close()
