"""Whole listings as answers: streamed from one snapshot, row after row, in a format of `exports`."""

import hashlib
from collections.abc import Iterator
from itertools import islice

from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from greenapi.ledger.models import Versioned
from greenapi.ledger.reading import Snapshot, reading
from greenapi.ledger.validity import newest_redaction

from .answering import AnsweringViewSet
from .csv_format import CSV
from .encoding import encode, rfc3339_or_null
from .exports import Export, Table, Writer
from .mementos import Question, address, say_what_was_read
from .ndjson import NDJSON
from .pagination import CURSOR, PAGE_SIZE
from .parameters import truth
from .parquet import Parquet
from .problems import CONFLICTING_PARAMETERS, FieldError, Problem
from .selections import Selection
from .streaming import BrokenOffError, Clock, stream, take_place
from .validators import is_known, not_modified, weak_etag

DIGEST = "digest"
DIGEST_TYPE = "application/vnd.greenapi.digest+json"
ROW_COUNT = "Row-Count"
EXPORTS: tuple[type[Export], ...] = (CSV, NDJSON, Parquet)
# Few enough that a chunk needs little memory, and many enough that planning its statements costs little beside them.
CHUNK = 200


def export_options(request: Request) -> tuple[str, ...]:
    """The parameters that a list knows besides when a whole listing is asked for.

    Raises:
        Problem: conflicting-parameters, for one of them beside a page.
    """
    if isinstance(request.accepted_renderer, Export):
        return (DIGEST,)
    if DIGEST in request.query_params:
        detail = "A page has none: ask with the `format` of an export."
        raise Problem(CONFLICTING_PARAMETERS, errors=[FieldError(parameter=DIGEST, detail=detail)])
    return ()


class ExportingViewSet(AnsweringViewSet):
    """A resource whose listings are given out whole."""

    def get_renderers(self) -> list[BaseRenderer]:
        exports = EXPORTS if self.action == "list" else ()
        return [*super().get_renderers(), *(kind() for kind in exports)]

    def export(self, export: Export, *, selection: Selection, question: Question) -> HttpResponseBase:
        """The whole listing, or its digest.

        Raises:
            Problem: conflicting-parameters for one that chooses a page, invalid-parameter, not-acceptable, or busy.
        """
        _refuse_pages(question)
        digest = truth(question.query, DIGEST)
        with reading(as_of=question.number) as snapshot:
            rows = selection.selected(snapshot).count()
            table = Table(
                resource=self.basename,
                serializer=self.serializer_class,  # type: ignore[arg-type]
                versioned=issubclass(self.get_queryset().model, Versioned),
                snapshot=snapshot,
                selected=selection.selected(snapshot),
            )
            writer = export.writer(table)
            asked = address(question.path, question.query)
            # Whoever proposes sees more rows at the same address.
            etag = weak_etag(asked, export.format, snapshot.number, newest_redaction(), rows)

        def make(snapshot: Snapshot, clock: Clock) -> Iterator[bytes]:
            pieces = written(selection, writer=writer, snapshot=snapshot, clock=clock, rows=rows)
            return _digested(pieces, snapshot=snapshot, rows=rows) if digest else pieces

        answer = StreamingHttpResponse(content_type=DIGEST_TYPE if digest else export.content_type)
        say_what_was_read(answer, question=question, snapshot=snapshot, pinned=question.number is not None)
        answer["ETag"] = etag
        answer[ROW_COUNT] = str(rows)
        if not digest:
            name = f"{self.basename}-r{snapshot.number}.{export.format}"
            answer["Content-Disposition"] = f'attachment; filename="{name}"'
        if is_known(etag, request=self.request):
            return not_modified(answer)
        if self.request.method != "HEAD":
            answer.streaming_content = stream(make, number=snapshot.number, place=take_place())
        return answer


def written(selection: Selection, *, writer: Writer, snapshot: Snapshot, clock: Clock, rows: int) -> Iterator[bytes]:
    """The bytes of a table, some rows at a time; inside `reading`.

    Raises:
        BrokenOffError: there are not `rows` rows, or the time is over.
    """
    yield writer.begin()
    keys = selection.keys(snapshot).iterator(chunk_size=CHUNK)
    found = 0
    while chunk := list(islice(keys, CHUNK)):
        found += len(chunk)
        piece = writer.rows(selection.show(chunk, snapshot=snapshot))
        clock.check()
        if piece:
            yield piece
    if found != rows:
        raise BrokenOffError(f"there were {found} rows instead of {rows}")
    yield writer.end()


def _digested(pieces: Iterator[bytes], *, snapshot: Snapshot, rows: int) -> Iterator[bytes]:
    """In place of the pieces what they come to. Line feeds before it tell that the work goes on."""
    sha256, length = hashlib.sha256(), 0
    for piece in pieces:
        sha256.update(piece)
        length += len(piece)
        yield b"\n"
    yield encode(
        {
            "revision": snapshot.number,
            "recorded_at": rfc3339_or_null(snapshot.recorded_at),
            "rows": rows,
            "bytes": length,
            "sha256": sha256.hexdigest(),
        }
    )


def _refuse_pages(question: Question) -> None:
    wrong = [name for name in (CURSOR, PAGE_SIZE) if name in question.query]
    if wrong:
        detail = "An export is the whole listing."
        raise Problem(CONFLICTING_PARAMETERS, errors=[FieldError(parameter=name, detail=detail) for name in wrong])
