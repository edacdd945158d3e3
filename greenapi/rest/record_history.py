"""The time map of one record: each revision at which the public saw it change, and what it saw."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from greenapi.ledger.appearances import appearances, last_holder
from greenapi.ledger.models import ChangeClass
from greenapi.ledger.reading import Snapshot, looking_back, reading

from .answering import AnsweringViewSet
from .differences import FieldChangeSerializer, differences
from .encoding import rfc3339
from .link_format import LinkFormatRenderer, Memento, link_format
from .mementos import ALONE, Question, ask, own_address
from .pagination import CURSOR, ORDERING, PAGE_SIZE, KeysetPagination
from .parameters import AS_OF
from .representation import JSONRenderer, MomentField

# Each row is read as of its own revision, and so costs what a page of its own does.
MAX_VERSIONS = 100


class RecordRevisionSerializer(serializers.Serializer[Any]):
    """One revision at which the public saw a record appear, change or disappear."""

    number = serializers.IntegerField(help_text="Number of the revision.")
    recorded_at = MomentField(help_text="When it was recorded (UTC).")
    actor = serializers.CharField(help_text="Who made the change.")
    reason = serializers.CharField(help_text="Why the change was made.")
    change_class = serializers.ChoiceField(choices=ChangeClass.choices, help_text="What sort of change it is.")
    op = serializers.ChoiceField(
        choices=["insert", "update", "delete"],
        help_text="Whether the record appeared in public, changed, or disappeared, as a withdrawn fact does.",
    )
    href = serializers.CharField(help_text="Path of the record as of that revision.")
    changes = FieldChangeSerializer(
        many=True,
        help_text="What the revision changed in the representation; empty where the record appeared or disappeared.",
    )

    class Meta:
        ref_name = "RecordRevision"


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What the public saw of a record as of a revision: its representation, None when it was not shown."""

    snapshot: Snapshot
    body: Any


class RecordHistoryViewSet(AnsweringViewSet):
    """A resource whose rows the ledger records, each with a time map of its own."""

    def get_serializer_class(self) -> type[serializers.BaseSerializer[Any]]:
        return RecordRevisionSerializer if self.action == "revisions" else super().get_serializer_class()

    @action(detail=True, renderer_classes=[JSONRenderer, LinkFormatRenderer])
    def revisions(self, request: Request, **kwargs: str) -> Response:
        """The time map of a record: the revisions at which the public saw it, or what is part of it, change.

        The parts are a fact's citations, an indicator's topics, a commitment's events and their citations. What a
        record only names, such as a unit, has a time map of its own.
        """
        self.check_parameters(request, CURSOR, PAGE_SIZE, ORDERING)
        question = ask(request)
        pages = KeysetPagination(
            question.path,
            query=question.query,
            orderable={"number": "number"},
            default="number",
            identity=("number",),
            max_page_size=MAX_VERSIONS,
        )
        pinned = question.number if pages.cursor is None else pages.cursor.revision
        key = kwargs[self.lookup_field]
        with reading(as_of=pinned) as snapshot:
            identity = self.recorded(key, question=question, snapshot=snapshot)
            seen = appearances(self.get_queryset().model, id=identity, key=self.lookup_field)
            rows, page = pages.page(seen, snapshot=snapshot)
            if isinstance(request.accepted_renderer, LinkFormatRenderer):
                body: Any = link_format(
                    original=self.path_of(key),
                    here=own_address(question),
                    page=page,
                    mementos=[
                        Memento(href=self._href(row), recorded_at=row.recorded_at) for row in rows if row.key_after
                    ],
                    rising=pages.rising,
                )
            else:
                with self.representing(identity) as shown_at:
                    body = {**page, "results": [self._entry(row, shown_at=shown_at) for row in rows]}
            around = self.revisions_around(question, snapshot=snapshot) if pinned is not None else ALONE
        return self.answer(body, question=question, snapshot=snapshot, pinned=pinned is not None, neighbours=around)

    def recorded(self, key: str, *, question: Question, snapshot: Snapshot) -> UUID:
        """The id of the record that has a key, or had it last; also of one that is not shown any more.

        Raises the problem that says why there is none.
        """
        model, identity = self.get_queryset().model, None
        if self.can_be_key(key):
            identity = last_holder(model, field=self.lookup_field, key=key, until=snapshot.number)
        if identity is None:
            raise self.missing(key, question=question, snapshot=snapshot)
        return identity

    @contextmanager
    def representing(self, identity: UUID) -> Iterator[Callable[[int], Shown]]:
        """Inside `reading`: gives a function that says what the public saw of a record as of a revision."""
        with looking_back() as look:

            @cache
            def shown_at(number: int) -> Shown:
                snapshot = look(number)
                row = self.get_queryset().filter(pk=identity).first()
                body = None if row is None else self.represent(row, snapshot=snapshot)
                return Shown(snapshot=snapshot, body=body)

            yield shown_at

    def _entry(self, row: Any, *, shown_at: Callable[[int], Shown]) -> dict[str, Any]:
        changes = []
        if row.key_before is None:
            op = "insert"
        elif row.key_after is None:
            op = "delete"
        else:
            op = "update"
            changes = differences(shown_at(row.number - 1).body, shown_at(row.number).body)
        return {
            "number": row.number,
            "recorded_at": rfc3339(row.recorded_at),
            "actor": row.actor,
            "reason": row.reason,
            "change_class": row.change_class,
            "op": op,
            "href": self._href(row),
            "changes": changes,
        }

    def _href(self, row: Any) -> str:
        """The path of the record as of a revision, under the key that it had then, or had until then."""
        return f"{self.path_of(row.key_after or row.key_before)}?{AS_OF}={row.number}"
