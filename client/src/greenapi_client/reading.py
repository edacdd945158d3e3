"""Reading from one service, now or as of a fixed revision."""

from collections.abc import Mapping
from dataclasses import dataclass

from .answers import Answer
from .as_of import AsOf
from .errors import WrongRevision
from .transport import Transport


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Sends every GET with the same `as_of`, or without one, and holds the answer to it."""

    transport: Transport
    as_of: AsOf | None = None

    def get(self, path: str, query: Mapping[str, str]) -> Answer:
        """The answer to a GET of `path`, which begins after `/api/v1`.

        Raises:
            WrongRevision: a revision was asked for by number, and the answer's `Revision` is not that number.
            GreenAPIError: as `Transport.get` says.
        """
        if self.as_of is None:
            return self.transport.get(path, query)
        answer = self.transport.get(path, {**query, "as_of": self.as_of.text})
        if self.as_of.number is not None and answer.revision != str(self.as_of.number):
            raise WrongRevision(f"{path}: asked for revision {self.as_of.number}, was answered {answer.revision}")
        return answer
