"""From an HTTP response to the body that greenapi answered, or the error that it means."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import requests

from . import retry_after
from .decoding import decode, parse
from .errors import DecodingError, ProblemAnswer, UnexpectedRedirect, error_of
from .models import Problem

SHOWN = 200  # characters of an answer that is not greenapi's


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A body, parsed with exact numbers, and the `Revision` header: the number of the revision that was read."""

    body: Any
    revision: str | None


def read(response: requests.Response) -> Answer:
    """What greenapi answered.

    Raises:
        ProblemAnswer: a problem, as its subclass.
        UnexpectedRedirect: a redirect.
        DecodingError: something that greenapi does not answer, such as a proxy's page.
    """
    if response.is_redirect:
        raise UnexpectedRedirect(
            f"{_about(response)}, a redirect to {response.headers['Location']!r:.{SHOWN}}, which was not followed."
            " Is the base URL right?"
        )
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind == "application/problem+json" and response.status_code >= HTTPStatus.BAD_REQUEST:
        raise _problem(response)
    if kind != "application/json" or response.status_code != HTTPStatus.OK:
        raise DecodingError(
            f"{_about(response)} with {kind or 'no content type'}, which is no answer of greenapi. Is the base URL"
            f" right, or does a proxy answer? It begins: {_beginning(response.content)!r}"
        )
    return Answer(body=parse(response.content), revision=response.headers.get("Revision"))


def _problem(response: requests.Response) -> ProblemAnswer:
    problem = decode(Problem, parse(response.content))
    wait = retry_after.seconds(response.headers.get("Retry-After"))
    return error_of(problem, url=response.url, retry_after=wait)


def _about(response: requests.Response) -> str:
    return f"{response.url} answered {response.status_code}"


def _beginning(content: bytes) -> str:
    return " ".join(content[: 4 * SHOWN].decode("utf-8", "replace").split())[:SHOWN]
