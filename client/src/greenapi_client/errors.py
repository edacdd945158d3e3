"""Every error that the client raises, as one tree.

GreenAPIError
├── ConfigurationError       the client was set up in a way that cannot work
├── TransportError           no whole answer arrived
│   └── TimedOut             … within the time allowed
├── DecodingError            an answer arrived, but none that greenapi gives
│   ├── UnexpectedRedirect   … but a redirect; it was not followed
│   └── WrongRevision        … but of another revision than was asked for
└── ProblemAnswer            greenapi answered with a problem
    ├── Invalid              the request cannot be understood; see `errors`
    │   ├── UnknownParameter
    │   ├── InvalidParameter
    │   ├── ConflictingParameters
    │   ├── InvalidAsOf
    │   └── InvalidCursor
    ├── Unauthenticated      the token is not known, or does not work any more
    ├── NotAllowed
    ├── NotFound
    │   └── NotYetRecorded   it was not there yet at the revision asked for
    ├── Redacted             it was removed for good
    ├── MethodNotAllowed
    ├── NotAcceptable
    ├── LedgerDiverged       the service was restored from an older copy: discard what you hold
    ├── FutureAsOf           the revision or moment asked for has not come yet
    ├── RateLimited          too many requests: try again after `retry_after` seconds
    ├── InternalError
    └── Busy                 try again after `retry_after` seconds
"""

from .models import Problem, ProblemError


class GreenAPIError(Exception):
    """The root of the tree."""


class ConfigurationError(GreenAPIError, ValueError):
    """The client was set up in a way that cannot work."""


class TransportError(GreenAPIError):
    """No whole answer arrived: no connection, or it broke. The cause is in `__cause__`."""


class TimedOut(TransportError, TimeoutError):
    """No whole answer arrived within the time allowed."""


class DecodingError(GreenAPIError):
    """An answer arrived, but none that greenapi gives: a proxy's page, cut JSON, a field of another type."""


class UnexpectedRedirect(DecodingError):
    """The answer was a redirect. greenapi never redirects, so it was not followed."""


class WrongRevision(DecodingError):
    """The answer is of another revision than was asked for."""


class ProblemAnswer(GreenAPIError):
    """greenapi answered with a problem; of this class itself when its type is newer than this client.

    `problem` is the whole of it, `url` the address asked; `retry_after` says in how many seconds to try again, where
    the service does.
    """

    def __init__(self, problem: Problem, url: str = "", *, retry_after: float | None = None) -> None:
        super().__init__(problem, url)
        self.problem = problem
        self.url = url
        self.retry_after = retry_after

    def __str__(self) -> str:
        details = [self.problem.detail, *(error.detail for error in self.errors)]
        sentences = " ".join([self.problem.title, *(detail for detail in details if detail)])
        return f"{sentences} ({self.problem.status} {self.problem.type} from {self.url})"

    @property
    def errors(self) -> tuple[ProblemError, ...]:
        """What is wrong with each parameter, or each place of the body."""
        return self.problem.errors


class Invalid(ProblemAnswer):
    """The request cannot be understood; `errors` says what is wrong with each parameter."""


class UnknownParameter(Invalid):
    """There is no such parameter here; `errors` names the nearest known one."""


class InvalidParameter(Invalid):
    """A parameter has a value it cannot have."""


class ConflictingParameters(Invalid):
    """Each parameter is right, but they do not go together."""


class InvalidAsOf(Invalid):
    """What `at()` was given names no revision, day or moment."""


class InvalidCursor(Invalid):
    """The listing cannot be continued from here."""


class Unauthenticated(ProblemAnswer):
    """The token is not known, has expired or was revoked."""


class NotAllowed(ProblemAnswer):
    """You may not do this."""


class NotFound(ProblemAnswer):
    """There is nothing at this address."""


class NotYetRecorded(NotFound):
    """It was not recorded yet at the revision asked for, whether or not it is there today."""


class Redacted(ProblemAnswer):
    """It was removed for good; `problem.detail` names the revision that did."""


class MethodNotAllowed(ProblemAnswer):
    """The address has no such method."""


class NotAcceptable(ProblemAnswer):
    """There is no such format at this address."""


class LedgerDiverged(ProblemAnswer):
    """What was read is not what this ledger holds: it was restored from an older copy, or is another one."""


class FutureAsOf(ProblemAnswer):
    """The revision or moment asked for has not come yet."""


class RateLimited(ProblemAnswer):
    """Too many requests were made from this address, or with this token; try again after `retry_after` seconds."""


class InternalError(ProblemAnswer):
    """Something went wrong in the service."""


class Busy(ProblemAnswer):
    """The service is busy; try again after `retry_after` seconds."""


_BY_TYPE: dict[str, type[ProblemAnswer]] = {
    "/problems/bad-request": Invalid,
    "/problems/unknown-parameter": UnknownParameter,
    "/problems/invalid-parameter": InvalidParameter,
    "/problems/conflicting-parameters": ConflictingParameters,
    "/problems/invalid-as-of": InvalidAsOf,
    "/problems/invalid-cursor": InvalidCursor,
    "/problems/unauthenticated": Unauthenticated,
    "/problems/not-allowed": NotAllowed,
    "/problems/not-found": NotFound,
    "/problems/not-yet-recorded": NotYetRecorded,
    "/problems/redacted": Redacted,
    "/problems/method-not-allowed": MethodNotAllowed,
    "/problems/not-acceptable": NotAcceptable,
    "/problems/ledger-diverged": LedgerDiverged,
    "/problems/future-as-of": FutureAsOf,
    "/problems/too-many-requests": RateLimited,
    "/problems/internal-error": InternalError,
    "/problems/busy": Busy,
}


def error_of(problem: Problem, *, url: str, retry_after: float | None) -> ProblemAnswer:
    """The error to raise for a problem; a type that is not known here gives a plain `ProblemAnswer`."""
    return _BY_TYPE.get(problem.type, ProblemAnswer)(problem, url, retry_after=retry_after)
