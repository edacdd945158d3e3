"""The address of search."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.http import QueryDict
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from greenapi.ledger.reading import reading
from greenapi.rest.answering import AnsweringViewSet
from greenapi.rest.encoding import rfc3339_or_null
from greenapi.rest.mementos import ALONE, ask
from greenapi.rest.pagination import CURSOR, PAGE_SIZE, Cursor, cut, listing_of, page_link, page_size, read_cursor
from greenapi.rest.parameters import words
from greenapi.rest.problems import INVALID_CURSOR, INVALID_PARAMETER, FieldError, Problem
from greenapi.rest.schema import answers
from greenapi.rest.schema_parameters import ACCEPT_DATETIME_HEADER, ANSWER_HEADERS, AS_OF_PARAMETER, page_sizes
from greenapi.rest.schema_texts import PAGE_CURSOR, some

from .finding import Hit, Place, find
from .kinds import Kind
from .shown import MATCHED, SIMILAR, WORDS, SearchPageSerializer, hit_body
from .words import LONGEST, OnlyNotError, Wanted, as_parsed, parsed, unfit, with_similar

Q = "q"
KIND = "kind"
KINDS = ("segment", "citation", "indicator", "observation", "commitment")
DEFAULT_PAGE_SIZE = 20
MAX_PAGE_SIZE = 100
_KIND_SCHEMA = {"type": "string", "enum": list(KINDS)}


@dataclass(frozen=True, kw_only=True)
class _Start:
    """Where a page starts: which words its listing looks for, and the place it follows, or precedes."""

    matched: str = WORDS
    place: Place | None = None
    backwards: bool = False


class SearchViewSet(AnsweringViewSet):
    """Records whose words are those looked for, the best first.

    Found are the words of held texts, segment by segment, citations, indicators, and published observations and
    commitments; of a text that is not public only what stands around citations of published facts. Words are reduced
    to their English stems, without accents. Where nothing has the words, what has similar ones is found.
    """

    # What can be found; given by the project.
    kinds: Sequence[Kind] = ()

    @extend_schema(
        operation_id="search",
        summary="Search",
        parameters=[
            AS_OF_PARAMETER,
            ACCEPT_DATETIME_HEADER,
            OpenApiParameter(
                Q,
                {"type": "string", "minLength": 1, "maxLength": LONGEST},
                required=True,
                description=(
                    'What to look for: words, all of which are to be there; "a phrase"; `or` between two; `-` before'
                    " what is not to be there."
                ),
            ),
            OpenApiParameter(KIND, _KIND_SCHEMA, description="Only records of this kind."),
            OpenApiParameter(
                f"{KIND}__in",
                some(_KIND_SCHEMA),
                description="Only records of these kinds, separated by commas.",
                style="form",
                explode=False,
            ),
            OpenApiParameter(CURSOR, PAGE_CURSOR, description="Where the page starts, as given by `next`."),
            OpenApiParameter(
                PAGE_SIZE,
                page_sizes(at_most=MAX_PAGE_SIZE, default=DEFAULT_PAGE_SIZE),
                description="Records in a page.",
            ),
            *ANSWER_HEADERS,
        ],
        responses=answers(SearchPageSerializer, 400, 404, 406, 422, 503),
    )
    def search(self, request: Request) -> Response:
        """One page of what is found as of the revision asked for, or as of page one's."""
        self.check_parameters(request, Q, KIND, f"{KIND}__in", CURSOR, PAGE_SIZE)
        question = ask(request)
        query = question.query
        text = asked_text(query)
        names = words(query, KIND, known=KINDS)
        size = page_size(query, at_most=MAX_PAGE_SIZE, default=DEFAULT_PAGE_SIZE)
        kinds = [kind for kind in self.kinds if names is None or kind.name in names]
        listing = listing_of(question.path, query)
        cursor = read_cursor(str(query[CURSOR]), listing=listing, values=4) if CURSOR in query else None
        start = _Start() if cursor is None else _start(cursor)
        pinned = question.number if cursor is None else cursor.revision
        with reading(as_of=pinned) as snapshot:
            wanted, hits, matched = _found(text, start=start, kinds=kinds, most=size + 1)
            around = self.revisions_around(question, snapshot=snapshot) if pinned is not None else ALONE
        hits, before, after = cut(hits, size=size, backwards=start.backwards, is_first=start.place is None)

        def link(hit: Hit, *, backwards: bool) -> str:
            values: list[str | None] = [str(hit.place.rank), hit.place.kind, str(hit.place.id), matched]
            made = Cursor(revision=snapshot.number, listing=listing, backwards=backwards, values=values)
            return page_link(question.path, query=query, cursor=made)

        by_name = {kind.name: kind for kind in kinds}
        body = {
            "revision": snapshot.number,
            "recorded_at": rfc3339_or_null(snapshot.recorded_at),
            "next": link(hits[-1], backwards=False) if after else None,
            "previous": link(hits[0], backwards=True) if before else None,
            "matched": matched,
            "limited": any(hit.is_limited for hit in hits),
            "results": [hit_body(hit, kind=by_name[hit.place.kind], wanted=wanted) for hit in hits],
        }
        return self.answer(body, question=question, snapshot=snapshot, pinned=pinned is not None, neighbours=around)


def asked_text(query: QueryDict) -> str:
    """The text to look for.

    Raises:
        Problem: invalid-parameter, when there is none, or it is too long.
    """
    text = query.get(Q)
    wrong = "Give the words to look for." if text is None else unfit(text)
    if text is None or wrong is not None:
        raise Problem(INVALID_PARAMETER, errors=[FieldError(parameter=Q, detail=str(wrong))])
    return text


def _found(text: str, *, start: _Start, kinds: Sequence[Kind], most: int) -> tuple[Wanted, list[Hit], str]:
    """What was looked for in the end, what was found, and whether by the words or by similar ones.

    Raises:
        Problem: invalid-parameter, when the text only says what is not to be there.
    """
    try:
        understood = parsed(text)
    except OnlyNotError as error:
        raise Problem(INVALID_PARAMETER, errors=[FieldError(parameter=Q, detail=str(error))]) from error
    wanted = as_parsed(understood)
    if not understood:
        return wanted, [], WORDS

    def hits(wanted: Wanted) -> list[Hit]:
        return find(wanted, kinds=kinds, most=most, beyond=start.place, backwards=start.backwards)

    if start.matched == WORDS:
        found = hits(wanted)
        if found or start.place is not None:
            return wanted, found, WORDS
    similar = with_similar(understood)
    if similar is None:
        return wanted, [], WORDS
    found = hits(similar)
    return similar, found, SIMILAR if found else WORDS


def _start(cursor: Cursor) -> _Start:
    rank, kind, identity, matched = cursor.values
    try:
        place = Place(rank=int(rank or ""), kind=str(kind), id=UUID(str(identity)))
    except ValueError as error:
        raise Problem(INVALID_CURSOR) from error
    if matched not in MATCHED:
        raise Problem(INVALID_CURSOR)
    return _Start(matched=matched, place=place, backwards=cursor.backwards)
