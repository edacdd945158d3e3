"""Releases: the whole public database as of a revision, as one data package."""

import hashlib
import inspect
from collections.abc import Generator, Iterator, Mapping
from typing import ClassVar

from django.http import Http404, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from greenapi.ledger.models import Revision, Versioned
from greenapi.ledger.reading import MAX_NUMBER, Snapshot, ledger_id, reading
from greenapi.ledger.validity import newest_redaction

from .caching import FOR_A_DAY
from .csv_format import Lines
from .data_package import Described, File, checksums, descriptor, readme
from .encoding import encode, rfc3339_or_null
from .exporting import ExportingViewSet, written
from .exports import Table
from .mementos import Question
from .pagination import KeysetPagination
from .parameters import refuse_unknown
from .paths import API_PREFIX
from .schema import answers, json_object, problem_answers
from .selections import Standing
from .streaming import Clock, stream, take_place
from .validators import is_known, not_modified, weak_etag
from .zip_stream import ZipStream

RELEASES = f"{API_PREFIX}/releases"
Resources = Mapping[str, type[ExportingViewSet]]


class ZipRenderer(BaseRenderer):
    """Answers with an archive that is made while it is sent."""

    media_type = "application/zip"
    format = "zip"
    charset = None


class ReleasesView(APIView):
    """Where the releases are: there is one of every revision, made when it is asked for."""

    @extend_schema(
        operation_id="releases",
        summary="Say where the releases are",
        responses=answers(
            json_object(
                "Where the releases are.",
                revision={"type": "integer", "description": "The newest revision; 0 before the first."},
                recorded_at={
                    "type": ["string", "null"],
                    "format": "date-time",
                    "description": "When it was recorded; null before the first.",
                },
                newest={"type": ["string", "null"], "description": "Path of its release; null before the first."},
                template={"type": "string", "description": "Path of any release, with `{revision}` for its number."},
            ),
            400,
            406,
            503,
        ),
    )
    def get(self, request: Request) -> Response:
        refuse_unknown(request.query_params, known=())
        with reading() as snapshot:
            newest = snapshot
        return Response(
            {
                "revision": newest.number,
                "recorded_at": rfc3339_or_null(newest.recorded_at),
                "newest": f"{RELEASES}/{newest.number}" if newest.number else None,
                "template": f"{RELEASES}/{{revision}}",
            }
        )


class ReleaseView(APIView):
    """The whole public database as of a revision: a Frictionless data package in a zip archive.

    It holds `datapackage.json`, a CSV of each resource, a README, and the files' SHA-256. The same revision gives the
    same bytes for ever, unless something was redacted since.
    """

    resources: ClassVar[Resources] = {}
    renderer_classes = [ZipRenderer]

    @extend_schema(
        operation_id="release",
        summary="Get the whole public database as of a revision",
        parameters=[
            OpenApiParameter("revision", {"type": "integer"}, OpenApiParameter.PATH, description="Its number."),
            *(
                OpenApiParameter(
                    name, {"type": "string"}, OpenApiParameter.HEADER, response=[200], description=description
                )
                for name, description in (
                    ("Revision", "Number of the revision."),
                    ("ETag", "Weak validator; in `If-None-Match` it gives 304 unless something was redacted."),
                    ("Content-Disposition", "A name for the file, with the revision."),
                )
            ),
        ],
        responses={
            (200, "application/zip"): {"type": "string", "format": "binary"},
            **problem_answers(400, 404, 406, 503),
        },
    )
    def get(self, request: Request, revision: str) -> HttpResponseBase:
        refuse_unknown(request.query_params, known=())
        number = _existing(revision)
        answer = StreamingHttpResponse(content_type=ZipRenderer.media_type)
        answer["Revision"] = str(number)
        answer["Content-Disposition"] = f'attachment; filename="greenapi-r{number}.zip"'
        answer["Cache-Control"] = FOR_A_DAY
        answer["ETag"] = weak_etag(RELEASES, number, newest_redaction())
        if is_known(answer["ETag"], request=request):
            return not_modified(answer)
        if request.method != "HEAD":
            resources = {
                name: kind(basename=name, action="list", request=request, format_kwarg=None)
                for name, kind in self.resources.items()
            }

            def make(snapshot: Snapshot, clock: Clock) -> Iterator[bytes]:
                return packed(resources, snapshot=snapshot, clock=clock)

            answer.streaming_content = stream(make, number=number, place=take_place())
        return answer


def packed(resources: Mapping[str, ExportingViewSet], *, snapshot: Snapshot, clock: Clock) -> Iterator[bytes]:
    """The bytes of a release; inside `reading`."""
    archive = ZipStream(moment=snapshot.recorded_at)
    described: list[Described] = []
    for name, view in resources.items():
        table = Table(
            resource=name,
            serializer=view.serializer_class,  # type: ignore[arg-type]
            versioned=issubclass(view.get_queryset().model, Versioned),
            snapshot=snapshot,
            selected=view.get_queryset(),
        )
        everything = Question(path=f"{API_PREFIX}/{name}", query=QueryDict(), number=snapshot.number)
        pages = KeysetPagination(
            everything.path,
            query=everything.query,
            orderable=view.orderable,
            default=next(iter(view.orderable)),
            identity=(view.lookup_field,),
        )
        standing = Standing(view=view, question=everything, pages=pages)
        rows = standing.selected(snapshot).count()
        pieces = written(standing, writer=Lines(table), snapshot=snapshot, clock=clock, rows=rows)
        file = yield from _add(archive, f"data/{name}.csv", pieces)
        described.append(
            Described(table=table, description=_first_line(view), key=view.lookup_field, rows=rows, file=file)
        )
    ledger = str(ledger_id())
    files = [one.file for one in described]
    about = encode(descriptor(described, snapshot=snapshot, ledger=ledger))
    files.append((yield from _add(archive, "datapackage.json", iter([about]))))
    files.append((yield from _add(archive, "README.md", iter([readme(described, snapshot=snapshot).encode()]))))
    yield from _add(archive, "SHA256SUMS", iter([checksums(files).encode()]))
    archive.close()
    yield archive.take()


def _add(archive: ZipStream, path: str, pieces: Iterator[bytes]) -> Generator[bytes, None, File]:
    """Adds a file, and gives what is to be sent meanwhile; returns what the file came to."""
    sha256, length = hashlib.sha256(), 0
    with archive.file(path) as entry:
        for piece in pieces:
            sha256.update(piece)
            length += len(piece)
            entry.write(piece)
            yield archive.take()
    return File(path=path, bytes=length, sha256=sha256.hexdigest())


def _existing(text: str) -> int:
    """The number of a revision that there is; its address has no other form, such as `01`."""
    if text.isascii() and text.isdigit() and str(int(text[:20])) == text and int(text) <= MAX_NUMBER:
        with reading():
            if Revision.objects.filter(number=int(text)).exists():
                return int(text)
    raise Http404


def _first_line(view: ExportingViewSet) -> str:
    return (inspect.getdoc(type(view)) or "").partition("\n")[0]
