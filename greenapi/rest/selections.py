"""The rows of a listing as keys in order, and how to show some of them: what is exported, whatever the format."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from django.db.models import QuerySet

from greenapi.ledger.every_version import every_version, first_versions
from greenapi.ledger.reading import Snapshot
from greenapi.ledger.validity import recorded_from

from .exports import Exported
from .mementos import Question
from .pagination import KeysetPagination

if TYPE_CHECKING:
    from .answering import AnsweringViewSet
    from .list_views import VersionListViewSet


class Selection(Protocol):
    """Some rows of a resource, or some of their versions."""

    def selected(self, snapshot: Snapshot) -> QuerySet[Any]:
        """The rows, in no order."""

    def keys(self, snapshot: Snapshot) -> QuerySet[Any]:
        """What tells each row from the others, in the order of the listing."""

    def show(self, keys: Sequence[Any], *, snapshot: Snapshot) -> Iterator[Exported]:
        """The rows of these keys, in their order."""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """The rows that stand at the revision that is read."""

    view: "AnsweringViewSet"
    question: Question
    pages: KeysetPagination

    def selected(self, snapshot: Snapshot) -> QuerySet[Any]:
        rows = self.view.get_queryset()
        return self.view.filterset(self.question.query, queryset=rows).apply(rows)

    def keys(self, snapshot: Snapshot) -> QuerySet[Any]:
        return self.pages.ordered(self.selected(snapshot)).values_list("pk", flat=True)

    def show(self, keys: Sequence[Any], *, snapshot: Snapshot) -> Iterator[Exported]:
        rows = self.view.rows(keys)
        since = recorded_from(self.view.get_queryset().model, ids=keys)
        shown = self.view.represent_list(rows, snapshot=snapshot)
        for key, row in zip(keys, shown, strict=True):
            yield Exported(listed=row, row=row, rev_from=since.get(key), rev_to=None)


@dataclass(frozen=True, kw_only=True)
class Versions:
    """The versions that were recorded by the revision that is read, or only the `first` that was public of each row."""

    view: "VersionListViewSet"
    question: Question
    pages: KeysetPagination
    first: bool
    KEY: ClassVar[tuple[str, ...]] = ("id", "rev_from", "rev_until")

    def selected(self, snapshot: Snapshot) -> QuerySet[Any]:
        versions = every_version(self.view.get_queryset(), until=snapshot.number)
        if self.first:
            versions = first_versions(versions)
        return self.view.filterset(self.question.query, queryset=versions).apply(versions).prefetch_related(None)

    def keys(self, snapshot: Snapshot) -> QuerySet[Any]:
        return self.pages.ordered(self.selected(snapshot)).values_list(*self.KEY, named=True)

    def show(self, keys: Sequence[Any], *, snapshot: Snapshot) -> Iterator[Exported]:
        for listed in self.view.as_recorded(keys):
            yield Exported(listed=listed, row=listed["record"], rev_from=listed["revision"], rev_to=listed["until"])
