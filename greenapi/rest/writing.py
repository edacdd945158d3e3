"""What can be done to records: made, changed and taken away, each write one revision or none."""

from collections.abc import Callable, Collection
from itertools import islice
from typing import Any, ClassVar

from django.db import connection
from django.http import HttpResponse
from rest_framework.request import Request

from greenapi.access.scopes import Scope, needs
from greenapi.ledger.appearances import redacted_by
from greenapi.ledger.identifiers import uuid7
from greenapi.ledger.models import ChangeClass, Versioned
from greenapi.ledger.reading import Snapshot, reading_before
from greenapi.ledger.removing import InUseError
from greenapi.ledger.revisions import anything_changed, revision

from . import bodies
from .encoding import encode
from .idempotency import keep, kept, keyed
from .inputs import InputSerializer, check_rows, check_shape, misnamed
from .mementos import Question
from .merge_patch import merged
from .orders import CHANGE_CLASS, REASON, Order, is_dry, object_of, why_in_query, why_of, without_why
from .preconditions import refuse_stale, seen_states
from .problems import ALREADY_THERE, IN_USE, INVALID_BODY, MAX_ERRORS, RULE_BROKEN, FieldError, Problem
from .refusals import refusals_as_problems
from .validators import etag_of
from .views import ResourceViewSet

DRY = "Dry-Run"
# Does a write inside an open revision, given what stood before it; gives the record back, None where it is gone.
Work = Callable[[Snapshot], Versioned | None]


class TriedError(Exception):
    """Raised to roll back what was only tried; `answer` is what it would have been answered."""

    def __init__(self, answer: HttpResponse) -> None:
        super().__init__()
        self.answer = answer


class WritingViewSet(ResourceViewSet):
    """A resource that is written, too. What is no fact is public at once."""

    input_class: ClassVar[type[InputSerializer]]
    max_bytes: ClassVar[int] = bodies.MAX_BYTES
    http_method_names = [*ResourceViewSet.http_method_names, "post", "patch", "delete"]
    # What each write needs. Making a record adds to what is known; changing one alters what others have published.
    scopes: ClassVar[dict[str, Scope]] = {
        "create": Scope.PROPOSE,
        "partial_update": Scope.REVIEW,
        "destroy": Scope.REVIEW,
    }

    def get_permissions(self) -> Any:
        scope = self.scopes.get(self.action or "")
        return super().get_permissions() if scope is None else [needs(scope)()]

    def get_serializer_class(self) -> Any:
        if self.action in self.scopes:
            return self.detail_serializer_class or self.serializer_class
        return super().get_serializer_class()

    def create(self, request: Request) -> HttpResponse:
        """Records a new one. A fact is a draft at first; anything else is public at once."""
        order = self.order_in_body(request, kinds=(bodies.JSON,), check=self._wrong_when_new)

        def work(before: Snapshot) -> Versioned:
            values = self.values_of(order.given)
            identity = values.pop("id", None)
            if identity is not None:
                self._refuse_taken(identity, until=before.number)
            return self.input_class.record(values, id=identity or uuid7(), by=order.actor)

        return self.write(order, work, usual=ChangeClass.ENRICHMENT, status=201)

    def partial_update(self, request: Request, **kwargs: str) -> HttpResponse:
        """Changes what a merge patch (RFC 7396) names, and keeps the rest; null puts back what stands without a value.

        The record as it then is, is checked as a new one would be. A change that changes nothing makes no revision.
        """
        seen = seen_states(request)
        order = self.order_in_body(request, kinds=(bodies.MERGE_PATCH, bodies.JSON), check=self._wrong_in_patch)

        def work(before: Snapshot) -> Versioned:
            record = self.seen_record(kwargs, seen=seen, before=before)
            self.refuse_change(record)
            values = self.values_of(merged(self.input_class().current(record), order.given), is_patched=True)
            values.pop("id", None)
            return self.input_class.record(values, id=record.pk, by=order.actor)

        return self.write(order, work, usual=ChangeClass.OUR_CORRECTION)

    def destroy(self, request: Request, **kwargs: str) -> HttpResponse:
        """Takes a record out of the present, unless others refer to it; the past keeps it, to be read by `as_of`."""
        seen = seen_states(request)
        order = self.order_in_query(request)

        def work(before: Snapshot) -> None:
            record = self.seen_record(kwargs, seen=seen, before=before)
            self.refuse_change(record)
            self.remove(record)

        return self.write(order, work, usual=ChangeClass.RETRACTION)

    def refuse_change(self, record: Any) -> None:
        """Refuses, by a Problem, to change or take away a record that stays as it is."""

    def remove(self, record: Versioned) -> None:
        """Takes a record out of the present.

        Raises:
            Problem: in-use.
        """
        try:
            self.input_class.remove(record)
        except InUseError as error:
            named = (f"{pointer.resource} {pointer.key}" for pointer in error.referring())
            raise Problem(IN_USE, f"These refer to it: {', '.join(named)}.") from error

    def order_in_body(
        self,
        request: Request,
        *,
        kinds: Collection[str],
        check: Callable[[dict[str, Any]], list[FieldError]],
    ) -> Order:
        """What is asked for by a body of JSON, the record's members of which `check` finds nothing wrong with.

        Raises:
            Problem: whatever is wrong with body, parameters or headers.
        """
        dry = is_dry(request.query_params)
        body = bodies.read(request, kinds=kinds, at_most=self.max_bytes)
        key = keyed(request, body=body)
        members = object_of(bodies.json_of(body))
        reason, change_class, errors = why_of(members)
        given = without_why(members)
        errors += check(given)
        if errors:
            raise Problem(INVALID_BODY, errors=errors)
        actor = request.user.get_username()
        return Order(actor=actor, reason=reason, change_class=change_class, is_dry=dry, keyed=key, given=given)

    def order_in_query(self, request: Request, *, body: bytes | None = None) -> Order:
        """What is asked for by parameters; `body` is None where none is taken.

        Raises:
            Problem: whatever is wrong with parameters or headers.
        """
        dry = is_dry(request.query_params, REASON, CHANGE_CLASS)
        reason, change_class = why_in_query(request.query_params)
        if body is None:
            bodies.refuse_body(request)
        key = keyed(request, body=body or b"")
        actor = request.user.get_username()
        return Order(actor=actor, reason=reason, change_class=change_class, is_dry=dry, keyed=key, given={})

    def seen_record(self, kwargs: dict[str, str], *, seen: list[str], before: Snapshot) -> Any:
        """The record of the address, which stands as it was seen.

        Raises the problem that says why there is none, or that it was changed.
        """
        key = kwargs[self.lookup_field]
        record = self.find(key)
        if record is None:
            question = Question(path=self.request.path, query=self.request.query_params, number=None)
            raise self.missing(key, question=question, snapshot=before)
        refuse_stale(seen, body=self.represent(record, snapshot=before))
        return record

    def values_of(self, given: dict[str, Any], *, is_patched: bool = False) -> dict[str, Any]:
        """What was given, by the names that `record` takes, with the records that it names.

        A patch may leave out anything: it breaks a rule where the record, as it then is, lacks a member.

        Raises:
            Problem: invalid-body; or rule-broken, where a record that is named is not there.
        """
        (checked,) = check_rows(self.input_class, [given])
        if checked.errors:
            is_shaped = checked.is_part if is_patched else checked.is_shaped
            raise Problem(RULE_BROKEN if is_shaped else INVALID_BODY, errors=checked.errors)
        return checked.values

    def write(self, order: Order, work: Work, *, usual: ChangeClass, status: int = 200) -> HttpResponse:
        """Does the work in one revision, all or nothing, and answers with the record as it is then.

        `usual` is the sort of change where none was given.

        Raises:
            Problem: something was refused.
            WriterBusyError: others write.
        """
        key = None if order.is_dry else order.keyed
        if key is not None and (again := kept(key)) is not None:
            return again
        try:
            with (
                refusals_as_problems(self.input_class),
                revision(actor=order.actor, reason=order.reason, change_class=order.change_class or usual) as opened,
            ):
                # Another request with this key may have been done while this one waited for its turn.
                if key is not None and (again := kept(key)) is not None:
                    return again
                before = reading_before(opened)
                record = work(before)
                # What is judged at commit is judged now, so that it is answered, and by a dry run too.
                connection.check_constraints()
                now = Snapshot(number=opened.number, recorded_at=opened.recorded_at)
                snapshot = now if anything_changed() else before
                answer = self._written(record, snapshot=snapshot, status=status)
                if order.is_dry:
                    raise TriedError(_tried(answer, before=before))
                if key is not None:
                    keep(key, answer)
        except TriedError as tried:
            return tried.answer
        return answer

    def _written(self, record: Versioned | None, *, snapshot: Snapshot, status: int) -> HttpResponse:
        if record is None:
            answer = HttpResponse(status=204)
            del answer["Content-Type"]
        else:
            shown = self.get_queryset().get(pk=record.pk)
            body = encode(self.represent(shown, snapshot=snapshot))
            answer = HttpResponse(body, status=status, content_type="application/json")
            answer["ETag"] = etag_of(body)
            answer["Location"] = self.path_of(str(getattr(shown, self.lookup_field)))
        answer["Revision"] = str(snapshot.number)
        answer["Cache-Control"] = "no-store"
        return answer

    @property
    def _model(self) -> type[Versioned]:
        found: type[Versioned] = self.get_queryset().model
        return found

    def _refuse_taken(self, identity: Any, *, until: int) -> None:
        """Refuses an id that a record has, or had until a redaction removed it for good: that is told of it for ever.

        Raises:
            Problem: already-there.
        """
        if self._model._default_manager.filter(pk=identity).exists():
            raise Problem(ALREADY_THERE, errors=[FieldError(pointer="/id", detail="A record has this id.")])
        if redacted_by(self._model, id=str(identity), until=until) is not None:
            detail = "The record of this id was removed for good; a new one has another."
            raise Problem(ALREADY_THERE, errors=[FieldError(pointer="/id", detail=detail)])

    def _wrong_when_new(self, given: dict[str, Any]) -> list[FieldError]:
        return check_shape(self.input_class, given)

    def _wrong_in_patch(self, given: dict[str, Any]) -> list[FieldError]:
        return list(islice(misnamed(self.input_class(), given, fixed=self.input_class.fixed()), MAX_ERRORS))


def _tried(answer: HttpResponse, *, before: Snapshot) -> HttpResponse:
    """What is answered to a dry run: the record as it would be, of no revision, and so without an ETag."""
    if answer.status_code == 201:
        answer.status_code = 200
    for name in ("ETag", "Location"):
        if name in answer:
            del answer[name]
    answer["Revision"] = str(before.number)
    answer[DRY] = "true"
    return answer
