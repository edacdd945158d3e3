"""Feeds for readers of news: what is new, and what was corrected, each change of a record as one entry."""

import re
from abc import abstractmethod
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import ClassVar
from uuid import UUID, uuid5

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from greenapi.ledger.models import ChangeClass, Versioned
from greenapi.ledger.newest import Place, RecordChange, newest_changes
from greenapi.ledger.reading import Snapshot, ledger_id, looking_back, reading

from .atom import MEDIA_TYPE, Entry, Feed, Link, atom
from .feeds_schema import feed_schema
from .filters import refuse_empty
from .formats import Format
from .mementos import Question, ask, own_address, say_what_varies, say_what_was_read
from .pagination import CURSOR, PAGE_SIZE, page_size
from .parameters import AS_OF, refuse_unknown
from .paths import API_PREFIX
from .problems import INVALID_CURSOR, Problem
from .provenance import version_path
from .validators import validated

MAX_ENTRIES = 100
_PLACE = re.compile(r"(?P<number>[0-9]{1,18})(\.(?P<id>[0-9a-f-]{36}))?", re.ASCII)
_OPS = {"insert": "published", "update": "changed", "delete": "withdrawn", "redact": "redacted"}


class AtomFormat(Format):
    """An Atom feed that is written already."""

    media_type = MEDIA_TYPE
    format = "atom"
    charset = "utf-8"
    also = ("application/xml", "text/xml")


@dataclass(frozen=True, kw_only=True)
class Headline:
    """What an entry says of a record as of a revision."""

    key: str
    title: str
    summary: str


@dataclass(frozen=True, kw_only=True)
class Source:
    """Records that a feed tells of: what the API calls them, and what to say of those that are public, by id."""

    model: type[Versioned]
    resource: str
    headlines: Callable[[Collection[UUID]], Mapping[UUID, Headline]]


class FeedView(APIView):
    """An Atom feed of changes, the newest first."""

    http_method_names = ["get", "head", "options"]
    renderer_classes = [AtomFormat]
    name: ClassVar[str]
    title: ClassVar[str]
    sources: ClassVar[tuple[Source, ...]]

    @staticmethod
    @abstractmethod
    def wanted(change: RecordChange) -> bool:
        """Whether the feed tells of a change."""

    @feed_schema
    def get(self, request: Request) -> Response:
        refuse_unknown(request.query_params, known=[AS_OF, CURSOR, PAGE_SIZE])
        refuse_empty(request.query_params)
        size = page_size(request.query_params, at_most=MAX_ENTRIES)
        given = _place(request.query_params.get(CURSOR))
        question = ask(request)
        with reading(as_of=question.number) as snapshot:
            # Nothing after the revision that is read, whatever the cursor names.
            start = given if given is not None and given.number <= snapshot.number else Place(number=snapshot.number)
            models = {source.model for source in self.sources}
            page = newest_changes(models, start=start, at_most=size, wanted=self.wanted)
            of_ledger = ledger_id()
            feed = Feed(
                id=uuid5(of_ledger, f"feeds/{self.name}"),
                title=self.title,
                subtitle=(type(self).__doc__ or "").partition("\n")[0],
                updated=page.changes[0].revision.recorded_at if page.changes else _time_of(snapshot),
                author="greenapi",
                links=_links(question, following=page.following),
                entries=list(self._entries(page.changes, of_ledger=of_ledger)),
            )
        return _answer(atom(feed), question=question, snapshot=snapshot, request=request)

    def _entries(self, changes: Iterable[RecordChange], *, of_ledger: UUID) -> Iterable[Entry]:
        with looking_back() as look:
            for number, group in groupby(changes, key=lambda change: change.revision.number):
                of_revision = list(group)
                headlines: dict[UUID, Headline] = {}
                # What is gone is called as it was last.
                for at in (number, number - 1):
                    look(at)
                    for source in self.sources:
                        ids = {each.id for each in of_revision if each.model is source.model} - headlines.keys()
                        headlines |= source.headlines(ids) if ids else {}
                    if all(change.id in headlines for change in of_revision):
                        break
                for change in of_revision:
                    source = next(source for source in self.sources if source.model is change.model)
                    yield _entry(change, resource=source.resource, told=headlines.get(change.id), of_ledger=of_ledger)


def _entry(change: RecordChange, *, resource: str, told: Headline | None, of_ledger: UUID) -> Entry:
    revision = change.revision
    path = f"{API_PREFIX}/{resource}/{change.id if told is None else told.key}"
    shown = version_path(path, number=revision.number)
    class_label = ChangeClass(revision.change_class).label
    happened = f"{_OPS[change.op].capitalize()} in revision {revision.number}. {class_label}. Reason: {revision.reason}"
    return Entry(
        id=uuid5(of_ledger, f"{resource}/{change.id}/{revision.number}"),
        title=f"{resource} {change.id}" if told is None else told.title,
        updated=revision.recorded_at,
        author=revision.actor,
        summary=happened if told is None else f"{told.summary} {happened}".strip(),
        categories=[resource, _OPS[change.op], revision.change_class],
        links=_entry_links(change, path=path, shown=shown),
    )


def _entry_links(change: RecordChange, *, path: str, shown: str) -> list[Link]:
    number = change.revision.number
    revision = Link(rel="via", href=f"{API_PREFIX}/revisions/{number}", type="application/json")
    match change.op:
        case "insert":
            return [Link(rel="alternate", href=shown, type="application/json"), revision]
        case "update":
            diff = f"{path}/diff?from={number - 1}&to={number}"
            return [
                Link(rel="alternate", href=shown, type="application/json"),
                Link(rel="related", href=diff, type="application/json"),
                revision,
            ]
        case "delete":
            return [Link(rel="alternate", href=f"{path}/revisions", type="application/json"), revision]
        case _:
            return [
                Link(rel="alternate", href=f"{API_PREFIX}/redactions?record={change.id}", type="application/json"),
                revision,
            ]


def _links(question: Question, *, following: Place | None) -> list[Link]:
    links = [Link(rel="self", href=own_address(question), type=MEDIA_TYPE)]
    if following is not None:
        query = question.query.copy()
        query[CURSOR] = str(following.number) if following.id is None else f"{following.number}.{following.id}"
        links.append(Link(rel="next", href=f"{question.path}?{query.urlencode()}", type=MEDIA_TYPE))
    return links


def _place(text: str | None) -> Place | None:
    """The place that a cursor names.

    Raises:
        Problem: invalid-cursor.
    """
    if text is None:
        return None
    match = _PLACE.fullmatch(text)
    try:
        identity = None if match is None or match["id"] is None else UUID(match["id"])
    except ValueError:
        match = None
    if match is None:
        raise Problem(INVALID_CURSOR)
    return Place(number=int(match["number"]), id=identity)


def _time_of(snapshot: Snapshot) -> datetime:
    """Of a feed in which nothing happened yet."""
    return snapshot.recorded_at or datetime(1970, 1, 1, tzinfo=UTC)


def _answer(body: bytes, *, question: Question, snapshot: Snapshot, request: Request) -> Response:
    response = Response(body)
    say_what_was_read(response, question=question, snapshot=snapshot, pinned=question.number is not None)
    say_what_varies(response, request.query_params)
    return validated(response, request=request)
