"""What every address of a resource does: know its parameters, find a row, represent rows, answer with validators."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.http import Http404
from rest_framework import serializers
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from greenapi.ledger.appearances import last_holder, redacted_by
from greenapi.ledger.reading import Snapshot, was_recorded

from .filters import ResourceFilterSet, refuse_empty
from .formats import Format, say_what_chose
from .mementos import ALONE, REVISIONS, Neighbours, Question, address, say_what_varies, say_what_was_read
from .parameters import AS_OF, refuse_unknown
from .paths import API_PREFIX
from .problems import NOT_YET_RECORDED, REDACTED, Problem
from .validators import validated


class AnsweringViewSet(GenericViewSet[Any]):
    """A resource whose rows are found by a key."""

    filterset: ClassVar[type[ResourceFilterSet]]
    # The serializer of one row alone, where it shows more than a row of the list.
    detail_serializer_class: ClassVar[type[serializers.BaseSerializer[Any]] | None] = None
    # How lists and details can be written besides JSON.
    list_formats: ClassVar[tuple[type[Format], ...]] = ()
    detail_formats: ClassVar[tuple[type[Format], ...]] = ()
    # What `ordering` may name, with the column of each; the first is the default, `lookup_field` the last resort.
    orderable: ClassVar[dict[str, str]]
    # The references that `include` may turn into whole records: paths into a row.
    includes: ClassVar[tuple[str, ...]] = ()
    # The fields that `facets` may count by: each has a filter of the same name.
    facets: ClassVar[tuple[str, ...]] = ()
    http_method_names = ["get", "head", "options"]
    basename: str

    def check_parameters(self, request: Request, *known: str) -> None:
        """Refuses parameters that this address does not know, and empty ones."""
        refuse_unknown(request.query_params, known=[*known, AS_OF])
        refuse_empty(request.query_params)

    def get_renderers(self) -> list[BaseRenderer]:
        formats = {"list": self.list_formats, "retrieve": self.detail_formats}
        return [*super().get_renderers(), *(kind() for kind in formats.get(self.action or "", ()))]

    def path_of(self, key: str) -> str:
        """The path of a row's own page."""
        return f"{API_PREFIX}/{self.basename}/{key}"

    def can_be_key(self, key: str) -> bool:
        """Whether a row could have this key. Each row has one address: `01` is not `1`. Postgres has no NUL."""
        try:
            value = self.get_queryset().model._meta.get_field(self.lookup_field).to_python(key)
        except ValidationError:
            return False
        return str(value) == key and "\0" not in key

    def find(self, key: str) -> Any | None:
        """The row of that key, or None."""
        return self.get_queryset().filter(**{self.lookup_field: key}).first() if self.can_be_key(key) else None

    def rows(self, keys: Sequence[Any]) -> list[Any]:
        """The rows of these primary keys in this order, with all that they show.

        A page's keys are chosen before anything is joined to them: as of a revision Postgres would else join all rows
        to find the few that come first.
        """
        found = self.get_queryset().in_bulk(keys)
        return [found[key] for key in keys]

    def missing(self, key: str, *, question: Question, snapshot: Snapshot) -> Exception:
        """Why there is no row. As of a revision it follows from what was recorded up to it, and so stays the same."""
        if not self.can_be_key(key):
            return Http404()
        removed = self.redacted_by(key, until=snapshot.number)
        if removed is not None:
            return Problem(REDACTED, f"Revision {removed} redacted it.")
        if question.number is None or self.was_there(key, until=snapshot.number):
            return Http404()
        return Problem(NOT_YET_RECORDED, f"It was not recorded at revision {snapshot.number}.")

    def was_there(self, key: str, *, until: int) -> bool:
        """Whether a row of that key was public at a revision or before it."""
        return last_holder(self.get_queryset().model, field=self.lookup_field, key=key, until=until) is not None

    def redacted_by(self, key: str, *, until: int) -> int | None:
        """The revision that removed the row for good; None also where the key itself went with it."""
        model = self.get_queryset().model
        return redacted_by(model, id=key, until=until) if self.lookup_field == model._meta.pk.name else None

    def represent_list(self, rows: Iterable[Any], *, snapshot: Snapshot) -> list[Any]:
        """The rows as a list shows them."""
        kind: Any = self.serializer_class
        found: list[Any] = kind(rows, many=True, context={"snapshot": snapshot}).data
        return found

    def show_list(
        self, rows: Sequence[Any], *, envelope: dict[str, Any], question: Question, snapshot: Snapshot
    ) -> Any:
        """A page of rows as the format that was chosen shows it; as data for JSON."""
        chosen = self.request.accepted_renderer
        if isinstance(chosen, Format):
            return chosen.of_page(rows, envelope=envelope, view=self, question=question, snapshot=snapshot)
        return {**envelope, "results": self.represent_list(rows, snapshot=snapshot)}

    def show(self, row: Any, *, question: Question, snapshot: Snapshot) -> Any:
        """A row as the format that was chosen shows it; as data for JSON."""
        chosen = self.request.accepted_renderer
        if isinstance(chosen, Format):
            return chosen.of_row(row, view=self, question=question, snapshot=snapshot)
        return self.represent(row, snapshot=snapshot)

    def represent(self, row: Any, *, snapshot: Snapshot) -> Any:
        """The row as its own page shows it."""
        kind: Any = self.detail_serializer_class or self.serializer_class
        return kind(row, context={"snapshot": snapshot}).data

    def revisions_around(self, question: Question, *, snapshot: Snapshot) -> Neighbours:
        """The same address as of the revisions before and after this one."""
        before, after = snapshot.number - 1, snapshot.number + 1
        return Neighbours(
            predecessor=address(question.path, question.query, as_of=before) if before > 0 else None,
            successor=address(question.path, question.query, as_of=after) if was_recorded(after) else None,
        )

    def answer(
        self,
        body: Any,
        *,
        question: Question,
        snapshot: Snapshot,
        pinned: bool,
        timemap: str = REVISIONS,
        neighbours: Neighbours = ALONE,
    ) -> Response:
        """The answer with its revision, its relations and validators; `pinned` when it is as of a revision."""
        response = Response(body)
        say_what_was_read(
            response, question=question, snapshot=snapshot, pinned=pinned, timemap=timemap, neighbours=neighbours
        )
        return validated(response, request=self.request)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        final = super().finalize_response(request, response, *args, **kwargs)
        say_what_varies(final, request.query_params)
        say_what_chose(final, request.query_params, renderers=self.get_renderers())
        return final
