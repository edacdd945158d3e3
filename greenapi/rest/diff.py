"""What differs in one record between two revisions."""

from typing import Any

from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from greenapi.ledger.appearances import last_holder
from greenapi.ledger.reading import FutureRevisionError, reading

from .differences import FieldChangeSerializer, differences
from .encoding import rfc3339_or_null
from .mementos import ask
from .parameters import as_of_number
from .problems import (
    FUTURE_AS_OF,
    INVALID_PARAMETER,
    NOT_FOUND,
    NOT_YET_RECORDED,
    FieldError,
    Problem,
    ProblemType,
)
from .record_history import RecordHistoryViewSet, Shown
from .representation import MomentField

FROM = "from"
TO = "to"


class DiffEndSerializer(serializers.Serializer[Any]):
    """A revision at one end of a comparison."""

    number = serializers.IntegerField(help_text="Number of the revision.")
    recorded_at = MomentField(help_text="When it was recorded (UTC).")

    class Meta:
        ref_name = "DiffEnd"


class DiffSerializer(serializers.Serializer[Any]):
    """What differs in the representation of one record between two revisions."""

    to = DiffEndSerializer(help_text="The revision that gives `after`.")
    changes = FieldChangeSerializer(many=True, help_text="Each place that differs, in the order of the representation.")

    class Meta:
        ref_name = "Diff"

    def get_fields(self) -> dict[str, Any]:
        # A word of Python's cannot be an attribute.
        return {FROM: DiffEndSerializer(help_text="The revision that gives `before`."), **super().get_fields()}


class DiffViewSet(RecordHistoryViewSet):
    """A resource whose rows can be compared between revisions."""

    def get_serializer_class(self) -> type[serializers.BaseSerializer[Any]]:
        return DiffSerializer if self.action == "diff" else super().get_serializer_class()

    @action(detail=True)
    def diff(self, request: Request, **kwargs: str) -> Response:
        """What differs in a record between two revisions, each as the API shows it as of that revision.

        `from` may be later than `to`: the changes then lead back. What a record names, such as the name of a unit, is
        compared as it stood at each end.
        """
        self.check_parameters(request, FROM, TO)
        question = ask(request)
        ends = {name: _number(name, request.query_params.get(name)) for name in (FROM, TO)}
        if ends[FROM] is None:
            raise Problem(INVALID_PARAMETER, errors=[FieldError(parameter=FROM, detail="It must be given.")])
        with reading(as_of=question.number) as snapshot:
            identity = self.recorded(kwargs[self.lookup_field], question=question, snapshot=snapshot)
            numbers = {name: snapshot.number if number is None else number for name, number in ends.items()}
            _refuse_later(numbers, than=snapshot.number)
            with self.representing(identity) as shown_at:
                shown = {name: shown_at(number) for name, number in numbers.items()}
            self._refuse_absent(shown, identity=str(identity))
        body: dict[str, Any] = {name: _end(end) for name, end in shown.items()}
        body["changes"] = differences(shown[FROM].body, shown[TO].body)
        return self.answer(body, question=question, snapshot=snapshot, pinned=question.number is not None)

    def _refuse_absent(self, shown: dict[str, Shown], *, identity: str) -> None:
        """Refuses a comparison with a revision that does not show the record."""
        model = self.get_queryset().model
        absent: list[tuple[ProblemType, FieldError]] = []
        for name, end in shown.items():
            if end.body is None:
                number = end.snapshot.number
                was_there = last_holder(model, field=model._meta.pk.name, key=identity, until=number) is not None
                detail = (
                    f"It was not shown any more at revision {number}."
                    if was_there
                    else (f"It was not recorded at revision {number}.")
                )
                absent.append((NOT_FOUND if was_there else NOT_YET_RECORDED, FieldError(parameter=name, detail=detail)))
        if absent:
            raise Problem(absent[0][0], errors=[error for _, error in absent])


def _number(name: str, text: str | None) -> int | None:
    """The revision that a parameter names as `as_of` does; None when it is not given."""
    try:
        return as_of_number(text)
    except Problem as problem:
        raise Problem(INVALID_PARAMETER, errors=[FieldError(parameter=name, detail=problem.detail)]) from problem
    except FutureRevisionError as error:
        raise Problem(FUTURE_AS_OF, errors=[FieldError(parameter=name, detail=str(error))]) from error


def _refuse_later(numbers: dict[str, int], *, than: int) -> None:
    errors = [
        FieldError(parameter=name, detail=f"The newest revision is {than}.")
        for name, number in numbers.items()
        if number > than
    ]
    if errors:
        raise Problem(FUTURE_AS_OF, errors=errors)


def _end(shown: Shown) -> dict[str, Any]:
    return {"number": shown.snapshot.number, "recorded_at": rfc3339_or_null(shown.snapshot.recorded_at)}
