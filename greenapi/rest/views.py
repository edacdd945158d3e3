"""What every resource's view does: read at one revision, filter, page, represent, and answer with validators."""

import hashlib
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseNotModified
from django.utils.http import http_date, parse_etags, quote_etag
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from greenapi.ledger.reading import Snapshot, reading

from .filters import ResourceFilterSet, refuse_empty
from .pagination import CURSOR, ORDERING, PAGE_SIZE, KeysetPagination
from .parameters import AS_OF, as_of_number, refuse_unknown
from .problems import NOT_YET_RECORDED, Problem


class ResourceViewSet(GenericViewSet[Any]):
    """A resource that is read: a list with filters and a cursor, and its details, now or as of a revision."""

    filterset: ClassVar[type[ResourceFilterSet]]
    # The serializer of one row alone, where it shows more than a row of the list.
    detail_serializer_class: ClassVar[type[serializers.BaseSerializer[Any]] | None] = None
    # What `ordering` may name, with the column of each; the first is the default, `lookup_field` the last resort.
    orderable: ClassVar[dict[str, str]]
    http_method_names = ["get", "head", "options"]

    def list(self, request: Request) -> Response:
        """One page of the listing, of the revision asked for, or of page one."""
        self.check_parameters(request, *self.filterset.base_filters, CURSOR, PAGE_SIZE, ORDERING)
        default = next(iter(self.orderable))
        pages = KeysetPagination(request, orderable=self.orderable, default=default, identity=self.lookup_field)
        as_of = as_of_number(request.query_params.get(AS_OF))
        pinned = as_of if pages.cursor is None else pages.cursor.revision
        with reading(as_of=pinned) as snapshot:
            selected = self.filterset(request.query_params, queryset=self.get_queryset()).apply(self.get_queryset())
            rows, envelope = pages.page(selected, snapshot=snapshot)
            envelope["results"] = self.represent(rows, snapshot=snapshot, many=True)
        return self.answer(envelope, snapshot=snapshot, pinned=as_of is not None)

    def retrieve(self, request: Request, **kwargs: str) -> Response:
        """One row, of the revision asked for."""
        self.check_parameters(request)
        as_of = as_of_number(request.query_params.get(AS_OF))
        with reading(as_of=as_of) as snapshot:
            row = self.find(kwargs[self.lookup_field])
            if row is not None:
                body = self.represent(row, snapshot=snapshot, many=False)
        if row is None:
            raise self._missing(kwargs[self.lookup_field], as_of=as_of)
        return self.answer(body, snapshot=snapshot, pinned=as_of is not None)

    def get_serializer_class(self) -> type[serializers.BaseSerializer[Any]]:
        detail = self.detail_serializer_class if self.action == "retrieve" else None
        return detail or super().get_serializer_class()

    def find(self, key: str) -> Any | None:
        """The row of that identity, or None; also for a key that none can have."""
        try:
            value = self.get_queryset().model._meta.get_field(self.lookup_field).to_python(key)
        except ValidationError:
            return None
        # Each row has one address: `01` is not `1`. Postgres has no NUL.
        if str(value) != key or "\0" in key:
            return None
        return self.get_queryset().filter(**{self.lookup_field: key}).first()

    def check_parameters(self, request: Request, *known: str) -> None:
        """Refuses parameters that this address does not know, and empty ones."""
        refuse_unknown(request.query_params, known=[*known, AS_OF])
        refuse_empty(request.query_params)

    def represent(self, rows: Any, *, snapshot: Snapshot, many: bool) -> Any:
        """The rows as the resource's serializer gives them."""
        kind: type[serializers.BaseSerializer[Any]] = self.get_serializer_class()
        return kind(rows, many=many, context={"snapshot": snapshot}).data

    def answer(self, body: Any, *, snapshot: Snapshot, pinned: bool) -> Response:
        """The answer with its revision and validators; `pinned` when the request named a revision."""
        response = Response(body)
        response["Revision"] = str(snapshot.number)
        if pinned and snapshot.recorded_at is not None:
            response["Memento-Datetime"] = http_date(snapshot.recorded_at.timestamp())
        # A redaction may touch any answer, so not even a pinned one is immutable.
        response["Cache-Control"] = "public, max-age=86400" if pinned else "public, no-cache"
        response.add_post_render_callback(self._validate)
        return response

    def _validate(self, response: Any) -> HttpResponse:
        """Adds the ETag of the bytes, and answers 304 when the client has them."""
        etag = quote_etag(hashlib.sha256(response.content).hexdigest()[:32])
        response["ETag"] = etag
        known = [given.removeprefix("W/") for given in parse_etags(self.request.headers.get("If-None-Match", ""))]
        if etag not in known and known != ["*"]:
            answer: HttpResponse = response
            return answer
        kept = ("ETag", "Revision", "Memento-Datetime", "Cache-Control")
        return HttpResponseNotModified(headers={name: response[name] for name in kept if name in response})

    def _missing(self, key: str, *, as_of: int | None) -> Exception:
        """Why a row is not there: not at that revision, or never."""
        if as_of is not None:
            with reading():
                if self.find(key) is not None:
                    return Problem(NOT_YET_RECORDED, f"It was not recorded at revision {as_of}.")
        return Http404()


class FactViewSet(ResourceViewSet):
    """A resource of facts: only published ones are shown."""

    def get_queryset(self) -> QuerySet[Any]:
        return super().get_queryset().published()  # type: ignore[attr-defined,no-any-return]
