"""Every resource's view: its list and its details, read now or as of a revision."""

from typing import Any, ClassVar

from django.http.response import HttpResponseBase
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from greenapi.ledger.appearances import changes_around
from greenapi.ledger.reading import Snapshot, reading

from .diff import DiffViewSet
from .exporting import ExportingViewSet, export_options
from .exports import Export
from .formats import Format
from .list_views import LATEST, VIEW, VersionListViewSet, asked_view
from .mementos import ALONE, REVISIONS, Neighbours, ask, link_pages
from .pagination import CURSOR, ORDERING, PAGE_SIZE, KeysetPagination
from .parameters import AS_OF
from .selections import Standing
from .shaping import OF_PAGES, SHAPING, Asked
from .totals import totals


class ReadingViewSet(ExportingViewSet):
    """A resource that is read: a list with filters and a cursor, and its details, now or as of a revision."""

    # What lists know besides what all lists know.
    list_options: ClassVar[tuple[str, ...]] = ()

    def list(self, request: Request) -> HttpResponseBase:
        """One page of the listing, of the revision asked for, or of page one; or all of it as an export."""
        listing = (CURSOR, PAGE_SIZE, ORDERING, *SHAPING, *OF_PAGES, *self.list_options, *export_options(request))
        self.check_parameters(request, *self.filterset.base_filters, *listing)
        question = ask(request)
        asked = Asked(request, view=type(self), serializer=self.serializer_class)
        default = next(iter(self.orderable))
        pages = KeysetPagination(
            question.path,
            query=question.query,
            orderable=self.orderable,
            default=default,
            identity=(self.lookup_field,),
        )
        standing = Standing(view=self, question=question, pages=pages)
        if isinstance(request.accepted_renderer, Export):
            return self.export(request.accepted_renderer, selection=standing, question=question)
        pinned = question.number if pages.cursor is None else pages.cursor.revision
        with reading(as_of=pinned) as snapshot:
            selected = standing.selected(snapshot)
            summed = totals(selected, query=question.query, facets=self.facets, filters=self.filterset)
            keys, envelope = pages.page(selected.values_list("pk", *pages.columns, named=True), snapshot=snapshot)
            rows = self.rows([key.pk for key in keys])
            body = self.show_list(rows, envelope={**envelope, **summed}, question=question, snapshot=snapshot)
            if not isinstance(request.accepted_renderer, Format):
                body["results"] = asked.of(body["results"], snapshot=snapshot)
            around = self.revisions_around(question, snapshot=snapshot) if pinned is not None else ALONE
        answer = self.answer(body, question=question, snapshot=snapshot, pinned=pinned is not None, neighbours=around)
        if isinstance(request.accepted_renderer, Format):
            link_pages(answer, envelope)
        return answer

    def retrieve(self, request: Request, **kwargs: str) -> Response:
        """One row, of the revision asked for."""
        self.check_parameters(request, *SHAPING)
        asked = Asked(request, view=type(self), serializer=self.detail_serializer_class or self.serializer_class)
        key = kwargs[self.lookup_field]
        question = ask(request)
        pinned = question.number is not None
        with reading(as_of=question.number) as snapshot:
            row = self.find(key)
            if row is None:
                raise self.missing(key, question=question, snapshot=snapshot)
            body = self.show(row, question=question, snapshot=snapshot)
            if not isinstance(request.accepted_renderer, Format):
                (body,) = asked.of([body], snapshot=snapshot)
            around = self.neighbours(row, snapshot=snapshot) if pinned else ALONE
        return self.answer(
            body, question=question, snapshot=snapshot, pinned=pinned, timemap=self.timemap(key), neighbours=around
        )

    def get_serializer_class(self) -> type[serializers.BaseSerializer[Any]]:
        detail = self.detail_serializer_class if self.action == "retrieve" else None
        return detail or super().get_serializer_class()

    def timemap(self, key: str) -> str:
        """The path of a row's time map."""
        return REVISIONS

    def neighbours(self, row: Any, *, snapshot: Snapshot) -> Neighbours:
        """The addresses of a row's versions before and after the one of this revision."""
        return ALONE


class ResourceViewSet(VersionListViewSet, DiffViewSet, ReadingViewSet):
    """A resource whose rows the ledger records, each with a history of its own."""

    list_options = (VIEW,)

    def list(self, request: Request) -> HttpResponseBase:
        """One page of what stands, or of versions, of the revision asked for or of page one."""
        view = asked_view(request)
        self.refuse_conflicts(request, view=view)
        return super().list(request) if view == LATEST else self.list_versions(request, view=view)

    def timemap(self, key: str) -> str:
        return f"{self.path_of(key)}/revisions"

    def neighbours(self, row: Any, *, snapshot: Snapshot) -> Neighbours:
        before, after = changes_around(type(row), id=row.pk, key=self.lookup_field, number=snapshot.number)
        return Neighbours(
            predecessor=None if before is None else f"{self.path_of(before.key)}?{AS_OF}={before.number}",
            successor=None if after is None else f"{self.path_of(after.key)}?{AS_OF}={after.number}",
        )
