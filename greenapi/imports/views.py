"""The addresses of imports."""

from typing import Any, ClassVar
from uuid import UUID

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, QueryDict
from django.utils import timezone
from django.utils.http import parse_header_parameters
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from greenapi.access.scopes import Scope, allows, needs
from greenapi.ledger.models import ChangeClass
from greenapi.rest import bodies
from greenapi.rest.encoding import encode
from greenapi.rest.filters import refuse_empty
from greenapi.rest.formats import Format
from greenapi.rest.idempotency import keep, kept, keyed
from greenapi.rest.inputs import FactInput
from greenapi.rest.orders import CHANGE_CLASS, REASON, is_dry, why_in_query
from greenapi.rest.pagination import CURSOR, PAGE_SIZE, page_size
from greenapi.rest.parameters import refuse_unknown, whole_number
from greenapi.rest.problems import INVALID_CURSOR, INVALID_PARAMETER, TOO_MANY_REQUESTS, FieldError, Problem
from greenapi.rest.schema import answers

from . import csv_rows, ndjson, payload
from .keeper import CHANNEL
from .models import OPEN, Import, ImportedRow, Mode, Outcome, Piece, State
from .readers import MEDIA_TYPES, Importables
from .schema import (
    AFTER,
    GUARDED,
    IDENTITY,
    IMPORT,
    LIST_PARAMETERS,
    MODE,
    OUTCOME,
    PAGE,
    RESOURCE,
    ROW_PARAMETERS,
    SUBMIT,
)
from .schema import ImportSchema as Schema
from .shown import PATH, lines, path_of, shown

# Imports of one user that are not at their end.
MOST_OPEN = 10
RETRY_SECONDS = 30
LAST_LINE = 2**31 - 1


class RowsFormat(Format):
    """What became of rows, a line each."""

    media_type = ndjson.MEDIA_TYPE
    format = "ndjson"


class ImportView(APIView):
    """What all addresses of imports share: their importers see their own, administrators all."""

    schema = Schema()

    def get_permissions(self) -> Any:
        # Of a method that there is not nobody is asked who they are.
        there_is = str(self.request.method).lower() in self.http_method_names
        return [needs(Scope.PROPOSE)()] if there_is else []

    def seen(self, request: Request) -> QuerySet[Import]:
        """The imports that whoever asks may see."""
        found = Import.objects.select_related("user")
        return found if allows(request, Scope.ADMIN) else found.filter(user_id=int(request.user.pk or 0))

    def one(self, request: Request, identity: UUID) -> Import:
        """The import of an address.

        Raises:
            Http404: there is none, or it is somebody else's.
        """
        found = self.seen(request).filter(pk=identity).first()
        if found is None:
            raise Http404
        return found


class ImportsView(ImportView):
    """Many records at once: rows as JSON lines or CSV, recorded by a worker beside the service.

    Each row is what the body of a single write is, without `reason` and `change_class`, and is the whole record: what
    it leaves out has its default. A record that is there already, by its slug, SHA-256, place or id, is changed, or
    left alone where it is as the row says; so the same file sent again changes nothing. Facts are drafts.
    """

    http_method_names = ["get", "head", "options", "post"]
    importables: ClassVar[Importables] = {}

    @extend_schema(
        operation_id="imports_list",
        summary="List imports",
        parameters=LIST_PARAMETERS,
        responses=answers(PAGE, 400, 406, 503),
    )
    def get(self, request: Request) -> Response:
        query = request.query_params
        refuse_unknown(query, known=[CURSOR, PAGE_SIZE])
        refuse_empty(query)
        size = page_size(query)
        found = self.seen(request).order_by("-id")
        if CURSOR in query:
            found = found.filter(pk__lt=_identity(query[CURSOR]))
        page = list(found[: size + 1])
        following = None
        if len(page) > size:
            after = query.copy()
            after[CURSOR] = str(page[size - 1].pk)
            following = f"{PATH}?{after.urlencode()}"
        return _answer({"next": following, "results": [shown(import_) for import_ in page[:size]]})

    @extend_schema(
        operation_id="imports_create",
        summary="Import many records",
        responses={
            202: IMPORT,
            **{key: kind for key, kind in answers(None, 400, 406, 413, 415, 422, 503).items() if key != 200},
        },
    )
    def post(self, request: Request) -> HttpResponse:
        query = request.query_params
        dry = is_dry(query, RESOURCE, MODE, SUBMIT, GUARDED, REASON, CHANGE_CLASS)
        reason, change_class = why_in_query(query)
        resource = _word(query, RESOURCE, known=list(self.importables), default=None)
        mode = _word(query, MODE, known=Mode.values, default=Mode.ALL)
        submit, guarded = (
            _word(query, name, known=["true", "false"], default="false") == "true" for name in (SUBMIT, GUARDED)
        )
        body = payload.sent(request, kinds=MEDIA_TYPES)
        kind, _ = parse_header_parameters(request.headers["Content-Type"])
        _refuse_flag(SUBMIT, given=submit, fits=issubclass(self.importables[resource].kind, FactInput), told="facts")
        _refuse_flag(GUARDED, given=guarded, fits=kind == csv_rows.MEDIA_TYPE, told="text/csv")
        key = keyed(request, body=body)
        token: Any = request.auth
        with transaction.atomic():
            # One at a time of each user: for the key, and for the limit.
            user = User.objects.select_for_update(no_key=True).get(pk=int(request.user.pk or 0))
            if key is not None and (again := kept(key)) is not None:
                return again
            if Import.objects.filter(user=user, state__in=OPEN).count() >= MOST_OPEN:
                detail = f"{MOST_OPEN} imports of yours are not done yet."
                raise Problem(TOO_MANY_REQUESTS, detail, headers={"Retry-After": str(RETRY_SECONDS)})
            import_ = Import.objects.create(
                user=user,
                token_id=token.pk,
                resource=resource,
                media_type=kind,
                mode=mode,
                reason=reason,
                change_class=change_class or ChangeClass.ENRICHMENT,
                submit=submit,
                dry_run=dry,
                guarded=guarded,
                size=0,
                created_at=timezone.now(),
            )
            payload.keep(import_, payload.inflated(body, encoding=bodies.encoding_of(request)))
            import_.save(update_fields=["size"])
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_notify(%s, '')", [CHANNEL])
            answer = HttpResponse(encode(shown(import_)), status=202, content_type="application/json")
            answer["Location"] = path_of(import_)
            answer["Cache-Control"] = "no-store"
            if key is not None:
                keep(key, answer)
        return answer


class OneImportView(ImportView):
    """An import: how far it is, and what became of its rows in numbers."""

    http_method_names = ["get", "head", "options", "delete"]

    @extend_schema(
        operation_id="imports_retrieve",
        summary="Get one of the imports",
        parameters=[IDENTITY],
        responses=answers(IMPORT, 400, 404, 406, 503),
    )
    def get(self, request: Request, id: UUID) -> Response:
        refuse_unknown(request.query_params, known=())
        return _answer(shown(self.one(request, id)))

    @extend_schema(
        operation_id="imports_cancel",
        summary="Cancel one of the imports",
        parameters=[IDENTITY],
        description="Ends an import that waits or runs. What it has recorded by then stays, and one that has ended"
        " stays as it is.",
        responses=answers(IMPORT, 400, 404, 406, 503),
    )
    def delete(self, request: Request, id: UUID) -> Response:
        refuse_unknown(request.query_params, known=())
        bodies.refuse_body(request)
        import_ = self.one(request, id)
        with transaction.atomic():
            standing = Import.objects.filter(pk=import_.pk, state__in=OPEN)
            if standing.update(state=State.CANCELLED, finished_at=timezone.now()):
                Piece.objects.filter(of=import_).delete()
        return _answer(shown(self.one(request, id)))


class RowsView(ImportView):
    """What became of each row of an import, by line: one JSON object a line.

    `line` is where the row begins, from 1; `outcome` is added, changed, unchanged or refused; `key` names its record by
    slug, SHA-256 or id, null where the row does not say; `errors` are what is wrong, each with a JSON `pointer` into
    the row and a `detail`. It is kept for 30 days.
    """

    http_method_names = ["get", "head", "options"]
    renderer_classes = [RowsFormat]

    @extend_schema(
        operation_id="imports_rows",
        summary="Get the report of one of the imports",
        parameters=ROW_PARAMETERS,
        responses={
            (200, ndjson.MEDIA_TYPE): {"type": "string"},
            **{key: kind for key, kind in answers(None, 400, 404, 406, 503).items() if key != 200},
        },
    )
    def get(self, request: Request, id: UUID) -> HttpResponse:
        query = request.query_params
        refuse_unknown(query, known=[AFTER, OUTCOME, PAGE_SIZE])
        refuse_empty(query)
        size = page_size(query)
        found = ImportedRow.objects.filter(
            of=self.one(request, id), line__gt=whole_number(query, AFTER, lowest=0, highest=LAST_LINE, default=0)
        )
        if OUTCOME in query:
            found = found.filter(outcome=_word(query, OUTCOME, known=Outcome.values, default=None))
        page = list(found.order_by("line")[: size + 1])
        # Not a Response, which would leave out the kind of an empty body.
        response = HttpResponse(lines(page[:size]), content_type=ndjson.MEDIA_TYPE)
        if len(page) > size:
            after = query.copy()
            after[AFTER] = str(page[size - 1].line)
            response["Link"] = f'<{PATH}/{id}/rows?{after.urlencode()}>; rel="next"'
        response["Cache-Control"] = "private, no-store"
        return response


def _answer(body: dict[str, Any]) -> Response:
    return Response(body, headers={"Cache-Control": "private, no-store"})


def _word(query: QueryDict, name: str, *, known: list[str], default: str | None) -> str:
    """The word that a parameter gives; without a default it has to be given.

    Raises:
        Problem: invalid-parameter.
    """
    found = query.get(name, default)
    if found is None or found not in known:
        raise Problem(INVALID_PARAMETER, errors=[FieldError(parameter=name, detail=f"Give one of {', '.join(known)}.")])
    return found


def _refuse_flag(name: str, *, given: bool, fits: bool, told: str) -> None:
    if given and not fits:
        raise Problem(INVALID_PARAMETER, errors=[FieldError(parameter=name, detail=f"It is for {told} only.")])


def _identity(text: str) -> UUID:
    """The id in a cursor.

    Raises:
        Problem: invalid-cursor.
    """
    try:
        found = UUID(text)
    except ValueError as error:
        raise Problem(INVALID_CURSOR) from error
    if str(found) != text.lower():
        raise Problem(INVALID_CURSOR)
    return found
