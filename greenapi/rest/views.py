"""Every resource's view: its list and its details, read now or as of a revision."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from greenapi.ledger.appearances import changes_around
from greenapi.ledger.reading import Snapshot, reading

from .answering import AnsweringViewSet
from .diff import DiffViewSet
from .list_views import LATEST, VIEW, VersionListViewSet, view_of
from .mementos import ALONE, REVISIONS, Neighbours, ask
from .pagination import CURSOR, ORDERING, PAGE_SIZE, KeysetPagination
from .parameters import AS_OF


class ReadingViewSet(AnsweringViewSet):
    """A resource that is read: a list with filters and a cursor, and its details, now or as of a revision."""

    # What lists know besides what all lists know.
    list_options: ClassVar[tuple[str, ...]] = ()

    def list(self, request: Request) -> Response:
        """One page of the listing, of the revision asked for, or of page one."""
        self.check_parameters(request, *self.filterset.base_filters, CURSOR, PAGE_SIZE, ORDERING, *self.list_options)
        question = ask(request)
        default = next(iter(self.orderable))
        pages = KeysetPagination(
            question.path,
            query=question.query,
            orderable=self.orderable,
            default=default,
            identity=(self.lookup_field,),
        )
        pinned = question.number if pages.cursor is None else pages.cursor.revision
        with reading(as_of=pinned) as snapshot:
            selected = self.filterset(question.query, queryset=self.get_queryset()).apply(self.get_queryset())
            rows, envelope = pages.page(selected, snapshot=snapshot)
            envelope["results"] = self.represent_list(rows, snapshot=snapshot)
            around = self.revisions_around(question, snapshot=snapshot) if pinned is not None else ALONE
        return self.answer(envelope, question=question, snapshot=snapshot, pinned=pinned is not None, neighbours=around)

    def retrieve(self, request: Request, **kwargs: str) -> Response:
        """One row, of the revision asked for."""
        self.check_parameters(request)
        key = kwargs[self.lookup_field]
        question = ask(request)
        pinned = question.number is not None
        with reading(as_of=question.number) as snapshot:
            row = self.find(key)
            if row is None:
                raise self.missing(key, question=question, snapshot=snapshot)
            body = self.represent(row, snapshot=snapshot)
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

    def list(self, request: Request) -> Response:
        """One page of what stands, or of versions, of the revision asked for or of page one."""
        view = view_of(request)
        return super().list(request) if view == LATEST else self.list_versions(request, view=view)

    def timemap(self, key: str) -> str:
        return f"{self.path_of(key)}/revisions"

    def neighbours(self, row: Any, *, snapshot: Snapshot) -> Neighbours:
        before, after = changes_around(type(row), id=row.pk, key=self.lookup_field, number=snapshot.number)
        return Neighbours(
            predecessor=None if before is None else f"{self.path_of(before.key)}?{AS_OF}={before.number}",
            successor=None if after is None else f"{self.path_of(after.key)}?{AS_OF}={after.number}",
        )


class FactViewSet(ResourceViewSet):
    """A resource of facts: only published ones are shown."""

    def get_queryset(self) -> QuerySet[Any]:
        return super().get_queryset().published()  # type: ignore[attr-defined,no-any-return]
