"""Mementos (RFC 7089): the past asked for by a header, and the headers that say which past was answered."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode

from django.http import QueryDict
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.encoding import escape_uri_path
from django.utils.http import http_date, parse_http_date_safe
from rest_framework.request import Request

from greenapi.ledger.reading import Snapshot, revision_at

from .caching import ASK_FIRST, FOR_A_DAY
from .pagination import CURSOR
from .parameters import AS_OF, as_of_number
from .paths import API_PREFIX
from .problems import INVALID_AS_OF, Problem

ACCEPT_DATETIME = "Accept-Datetime"
LINK_FORMAT = "application/link-format"
# The time map of every list: each revision is a state of all of them.
REVISIONS = f"{API_PREFIX}/revisions"
MAX_LINKED = 2000  # characters of an address that is repeated in `Link`, so that headers stay what proxies take


@dataclass(frozen=True, kw_only=True)
class Question:
    """Which past a request asks for.

    `number` is the revision that `as_of` or the header names, None without either. `query` holds the parameters; the
    header stands among them as the `as_of` that it is a synonym of, which `by_header` tells.
    """

    path: str
    query: QueryDict
    number: int | None
    by_header: bool = False


@dataclass(frozen=True, kw_only=True)
class Neighbours:
    """The addresses of the versions before and after the one that was answered; None where there is none."""

    predecessor: str | None = None
    successor: str | None = None


ALONE = Neighbours()


def ask(request: Request) -> Question:
    """What a request asks for. An address that names its revision, by `as_of` or by a cursor, ignores the header.

    Raises:
        Problem: invalid-as-of.
        FutureRevisionError: the revision or moment has not come yet.
    """
    path = request.path.removesuffix("/")
    query: QueryDict = request.query_params
    given = request.headers.get(ACCEPT_DATETIME)
    if given is None or not varies(query):
        return Question(path=path, query=query, number=as_of_number(query.get(AS_OF)))
    number = revision_at(end_of_second(given))
    query = query.copy()
    query[AS_OF] = str(number)
    return Question(path=path, query=query, number=number, by_header=True)


def varies(query: QueryDict) -> bool:
    """Whether the header decides what an address answers: it names no revision itself."""
    return AS_OF not in query and CURSOR not in query


def end_of_second(text: str) -> datetime:
    """The last moment of the second that an HTTP date names.

    So the `Memento-Datetime` of a revision, whose fraction of a second is cut off, leads back to that revision.

    Raises:
        Problem: invalid-as-of, unless it is a date as RFC 9110 prefers it (`Sun, 22 Nov 2026 06:00:00 GMT`).
    """
    seconds = parse_http_date_safe(text)
    if seconds is None or http_date(seconds) != text:
        detail = f"{ACCEPT_DATETIME} takes an HTTP date, such as Sun, 22 Nov 2026 06:00:00 GMT."
        raise Problem(INVALID_AS_OF, detail)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=999_999)


def address(path: str, query: QueryDict, *, as_of: int | None = None) -> str:
    """The path and the parameters, without a cursor, as of a revision or of none."""
    kept = [(name, value) for name, value in query.items() if name not in {AS_OF, CURSOR}]
    if as_of is not None:
        kept.append((AS_OF, str(as_of)))
    return f"{escape_uri_path(path)}?{urlencode(kept)}" if kept else escape_uri_path(path)


def own_address(question: Question) -> str:
    """The address that was asked, cursor and all, with the `as_of` that a header stood for."""
    path, query = escape_uri_path(question.path), question.query.urlencode()
    return f"{path}?{query}" if query else path


def say_what_was_read(
    response: HttpResponseBase,
    *,
    question: Question,
    snapshot: Snapshot,
    pinned: bool,
    timemap: str = REVISIONS,
    neighbours: Neighbours = ALONE,
) -> None:
    """Adds to an answer what all say of their revision, its relations and how long they may be kept."""
    response["Revision"] = str(snapshot.number)
    if pinned and snapshot.recorded_at is not None:
        response["Memento-Datetime"] = http_date(snapshot.recorded_at.timestamp())
    # A redaction may touch any answer, so not even a pinned one is immutable. One that a header chose stands at an
    # address whose answer is another one soon: a cache that heeds no `Vary` must ask before it gives it out.
    response["Cache-Control"] = FOR_A_DAY if pinned and not question.by_header else ASK_FIRST
    _relate(response, question, timemap=timemap, neighbours=neighbours)


def _relate(response: HttpResponseBase, question: Question, *, timemap: str, neighbours: Neighbours) -> None:
    """Adds `Link`, and `Content-Location` to an answer that the header chose.

    `timemap` is the path of the time map: that of one record gives mementos in the format of links, too.
    """
    if question.by_header:
        response["Content-Location"] = own_address(question)
    kind = "application/json" if timemap == REVISIONS else LINK_FORMAT
    relations = [
        (address(question.path, question.query), 'rel="original timegate"'),
        (timemap, f'rel="timemap"; type="{kind}"'),
        (neighbours.predecessor, 'rel="predecessor-version"'),
        (neighbours.successor, 'rel="successor-version"'),
    ]
    response["Link"] = ", ".join(_links(relations))


def link_pages(response: HttpResponseBase, envelope: Mapping[str, str | None]) -> None:
    """Adds the pages around to the `Link` of an answer that is no JSON, and so has no envelope to say it."""
    pages = [(envelope["next"], 'rel="next"'), (envelope["previous"], 'rel="prev"')]
    response["Link"] = ", ".join([response["Link"], *_links(pages)])


def say_what_varies(response: HttpResponseBase, query: QueryDict) -> None:
    """Tells caches that the header decides, where it does."""
    if varies(query):
        patch_vary_headers(response, [ACCEPT_DATETIME])


def _links(relations: Iterable[tuple[str | None, str]]) -> Iterable[str]:
    for target, relation in relations:
        if target is not None and len(target) <= MAX_LINKED:
            yield f"<{target}>; {relation}"
