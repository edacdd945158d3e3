"""Lists of versions: what was first recorded of each row, and everything that was ever recorded of it."""

from collections import defaultdict
from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from greenapi.ledger.every_version import every_version, first_versions
from greenapi.ledger.reading import looking_back, reading

from .answering import AnsweringViewSet
from .encoding import rfc3339
from .mementos import ALONE, ask
from .pagination import CURSOR, ORDERING, PAGE_SIZE, KeysetPagination
from .problems import INVALID_PARAMETER, FieldError, Problem
from .record_history import MAX_VERSIONS

VIEW = "view"
INITIAL, LATEST, ALL = VIEWS = ("initial", "latest", "all")
# What versions can be ordered by: the record, by the time its identifier was made, and the revision that made them.
VERSION_ORDERINGS = {"record": "id", "revision": "rev_from"}


def view_of(request: Request) -> str:
    """The view that a request asks for.

    Raises:
        Problem: invalid-parameter.
    """
    view: str = request.query_params.get(VIEW, LATEST)
    if view not in VIEWS:
        detail = f"Give one of {', '.join(VIEWS)}."
        raise Problem(INVALID_PARAMETER, errors=[FieldError(parameter=VIEW, detail=detail)])
    return view


class VersionListViewSet(AnsweringViewSet):
    """A resource whose versions can be listed."""

    def list_versions(self, request: Request, *, view: str) -> Response:
        """One page of the versions recorded by the revision asked for, or by page one's, each as it was shown then.

        Filters are judged on the version's own values; across relations they are judged as of the revision that is
        read, not as of the version's.
        """
        self.check_parameters(request, *self.filterset.base_filters, CURSOR, PAGE_SIZE, ORDERING, VIEW)
        question = ask(request)
        pages = KeysetPagination(
            question.path,
            query=question.query,
            orderable=VERSION_ORDERINGS,
            default=",".join(VERSION_ORDERINGS),
            identity=tuple(VERSION_ORDERINGS.values()),
            max_page_size=MAX_VERSIONS,
        )
        pinned = question.number if pages.cursor is None else pages.cursor.revision
        with reading(as_of=pinned) as snapshot:
            versions = every_version(self.get_queryset(), until=snapshot.number)
            if view == INITIAL:
                versions = first_versions(versions)
            selected = self.filterset(question.query, queryset=versions).apply(versions).prefetch_related(None)
            rows, envelope = pages.page(
                selected.values_list("id", "rev_from", "rev_until", named=True), snapshot=snapshot
            )
            envelope["results"] = self._as_recorded(rows)
            around = self.revisions_around(question, snapshot=snapshot) if pinned is not None else ALONE
        return self.answer(envelope, question=question, snapshot=snapshot, pinned=pinned is not None, neighbours=around)

    def _as_recorded(self, versions: list[Any]) -> list[dict[str, Any]]:
        """Each version with its row as a list showed it as of the revision that made it."""
        made_by: dict[int, list[UUID]] = defaultdict(list)
        for version in versions:
            made_by[version.rev_from].append(version.id)
        shown: dict[tuple[int, UUID], dict[str, Any]] = {}
        with looking_back() as look:
            for number, ids in made_by.items():
                then = look(number)
                rows = list(self.get_queryset().filter(pk__in=ids))
                recorded_at = None if then.recorded_at is None else rfc3339(then.recorded_at)
                for row, body in zip(rows, self.represent_list(rows, snapshot=then), strict=True):
                    shown[number, row.pk] = {"recorded_at": recorded_at, "record": body}
        return [
            {
                "revision": version.rev_from,
                "recorded_at": shown[version.rev_from, version.id]["recorded_at"],
                "until": version.rev_until,
                "record": shown[version.rev_from, version.id]["record"],
            }
            for version in versions
        ]
