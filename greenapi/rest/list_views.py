"""Lists of versions: what was first recorded of each row, and everything that was ever recorded of it."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http.response import HttpResponseBase
from rest_framework.request import Request

from greenapi.ledger.reading import looking_back, reading

from .encoding import rfc3339_or_null
from .exporting import ExportingViewSet, export_options
from .exports import Export
from .formats import require_json
from .mementos import ALONE, ask
from .pagination import CURSOR, MAX_PAGE_SIZE, ORDERING, PAGE_SIZE, KeysetPagination
from .problems import CONFLICTING_PARAMETERS, INVALID_PARAMETER, FieldError, Problem
from .record_history import MAX_VERSIONS
from .selections import Versions
from .shaping import OF_PAGES, SHAPING

VIEW = "view"
INITIAL, LATEST, ALL = VIEWS = ("initial", "latest", "all")
# What versions can be ordered by: the record, by the time its identifier was made, and the revision that made them.
VERSION_ORDERINGS = {"record": "id", "revision": "rev_from"}


def asked_view(request: Request) -> str:
    """The view that a request asks for.

    Raises:
        Problem: invalid-parameter.
    """
    view: str = request.query_params.get(VIEW, LATEST)
    if view not in VIEWS:
        detail = f"Give one of {', '.join(VIEWS)}."
        raise Problem(INVALID_PARAMETER, errors=[FieldError(parameter=VIEW, detail=detail)])
    return view


class VersionListViewSet(ExportingViewSet):
    """A resource whose versions can be listed."""

    def refuse_conflicts(self, request: Request, *, view: str) -> None:
        """Refuses what is right in lists of rows but not in those of versions, or the other way round.

        Raises:
            Problem: conflicting-parameters.
        """
        query = request.query_params
        known, other = (self.orderable, VERSION_ORDERINGS) if view == LATEST else (VERSION_ORDERINGS, self.orderable)
        names = {name.removeprefix("-") for name in query.get(ORDERING, "").split(",")}
        conflicts = [ORDERING] if names <= {*known, *other} and not names <= known.keys() else []
        if view != LATEST:
            of_rows = {*self.filterset.base_filters, *SHAPING, *OF_PAGES} - {*self.filterset.of_versions()}
            conflicts += [name for name in query if name in of_rows]
            sizes = map(str, range(MAX_VERSIONS + 1, MAX_PAGE_SIZE + 1))
            conflicts += [PAGE_SIZE] if query.get(PAGE_SIZE, "") in sizes else []
        if conflicts:
            detail = f"This does not go with view={view}."
            errors = [FieldError(parameter=name, detail=detail) for name in conflicts]
            raise Problem(CONFLICTING_PARAMETERS, errors=errors)

    def list_versions(self, request: Request, *, view: str) -> HttpResponseBase:
        """One page of the versions recorded by the revision asked for, or by page one's, each as it was shown then.

        Filters are judged on the version's own values; across relations they are judged as of the revision that is
        read, not as of the version's.
        """
        options = (VIEW, *export_options(request))
        self.check_parameters(request, *self.filterset.of_versions(), CURSOR, PAGE_SIZE, ORDERING, *options)
        question = ask(request)
        pages = KeysetPagination(
            question.path,
            query=question.query,
            orderable=VERSION_ORDERINGS,
            default=",".join(VERSION_ORDERINGS),
            identity=tuple(VERSION_ORDERINGS.values()),
            max_page_size=MAX_VERSIONS,
        )
        versions = Versions(view=self, question=question, pages=pages, first=view == INITIAL)
        if isinstance(request.accepted_renderer, Export):
            return self.export(request.accepted_renderer, selection=versions, question=question)
        require_json(request)
        pinned = question.number if pages.cursor is None else pages.cursor.revision
        with reading(as_of=pinned) as snapshot:
            selected = versions.selected(snapshot).values_list(*Versions.KEY, named=True)
            rows, envelope = pages.page(selected, snapshot=snapshot)
            envelope["results"] = self.as_recorded(rows)
            around = self.revisions_around(question, snapshot=snapshot) if pinned is not None else ALONE
        return self.answer(envelope, question=question, snapshot=snapshot, pinned=pinned is not None, neighbours=around)

    def as_recorded(self, versions: Sequence[Any]) -> list[dict[str, Any]]:
        """Each version with its row as a list showed it as of the revision that made it."""
        made_by: dict[int, list[UUID]] = defaultdict(list)
        for version in versions:
            made_by[version.rev_from].append(version.id)
        shown: dict[tuple[int, UUID], dict[str, Any]] = {}
        with looking_back() as look:
            for number, ids in made_by.items():
                then = look(number)
                rows = list(self.get_queryset().filter(pk__in=ids))
                recorded_at = rfc3339_or_null(then.recorded_at)
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
