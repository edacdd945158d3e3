"""What is given to be recorded: checked for shape, its references looked up, with a JSON pointer to all that is wrong.

Nothing here knows of requests: rows of an import are checked in the same way, any number of them with one query for
each kind of record that they refer to.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any, ClassVar
from uuid import UUID

from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

from greenapi.ledger.models import Versioned
from greenapi.ledger.removing import remove

from .exact_json import pointed
from .input_fields import BrokenRuleError, IdInput, Named, input_for, not_known, wrong_type
from .problems import MAX_ERRORS, FieldError

COMPUTED = "It is computed, and so cannot be given."
FIXED = "It stays as it was given when the record was made."
# What the framework calls it where a member is missing.
MISSING = "required"
# References looked up, by (model, key).
Found = Mapping[tuple[type[Versioned], Any], Versioned]


@dataclass(frozen=True, kw_only=True)
class Checked:
    """One row: its values by the names that `record` takes, or what is wrong with it, each with its place.

    `is_shaped` tells that it is what the document describes, so that what is wrong breaks a rule: members do not agree,
    or records that it names are missing. `is_part` tells the same of a row in which members may be missing.
    """

    values: dict[str, Any]
    errors: Sequence[FieldError] = ()
    is_shaped: bool = True
    is_part: bool = True


class ObjectInput(serializers.Serializer[Any]):
    """An object of known members. Of those not declared each takes what a field of `Meta.model` does.

    `Meta` has `model`, `fields`, and `sources` where a member has another name than the model's field.
    """

    def get_fields(self) -> dict[str, Any]:
        declared = super().get_fields()
        meta: Any = getattr(self, "Meta", None)
        if meta is None:
            return declared
        sources: Mapping[str, str] = getattr(meta, "sources", {})
        return {
            name: declared[name]
            if name in declared
            else input_for(
                meta.model._meta.get_field(sources.get(name, name)),
                **({"source": sources[name]} if name in sources else {}),
            )
            for name in meta.fields
        }

    @cached_property
    def computed(self) -> frozenset[str]:
        """The members of answers that are not given."""
        return frozenset()

    def misnomer(self, name: str) -> str:
        """Why no member of this name is taken."""
        return COMPUTED if name in self.computed else not_known(name, known=sorted(self.fields))

    def run_validation(self, data: Any = serializers.empty) -> Any:
        if data is serializers.empty and not self.required and self.default is serializers.empty:
            # What is left out has what each of its members has when it is left out.
            data = {}
        if data is not serializers.empty and not isinstance(data, dict) and not (data is None and self.allow_null):
            raise serializers.ValidationError([wrong_type("an object", data)])
        return super().run_validation(data)

    def to_internal_value(self, data: Any) -> Any:
        # Of no more than are told: to find what each is nearest to takes time.
        unknown = islice((name for name in data if name not in self.fields), MAX_ERRORS)
        errors: dict[str, Any] = {name: [self.misnomer(name)] for name in unknown}
        try:
            values = super().to_internal_value(data)
        except serializers.ValidationError as error:
            detail: Any = error.detail
            raise serializers.ValidationError({**errors, **detail}) from error
        if errors:
            raise serializers.ValidationError(errors)
        return values


class InputSerializer(ObjectInput):
    """What is given of one record of a resource.

    `Meta` has besides `answer`, the serializer of the record's own page, `fixed`, the members that are given only when
    the record is made, and `example`, one that can be recorded beside the bundled dataset.
    """

    # Pointers to what is refused, by the name of a field, a constraint or an error, where no member has that name.
    places: ClassVar[Mapping[str, str]] = {}
    # What constraints ask for, in words, by their names.
    words: ClassVar[Mapping[str, str]] = {}
    # What verbs of `changes.py` raise: for a record that is not in the state for it, and for values they do not take.
    state_errors: ClassVar[tuple[type[ValueError], ...]] = ()
    value_errors: ClassVar[tuple[type[ValueError], ...]] = ()
    # Fields of the model that together name one record, besides its id.
    natural_key: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def record(cls, values: dict[str, Any], *, id: UUID, by: str) -> Versioned:
        """Records the values by a verb of `changes.py`, inside an open revision, as the record of that id."""
        raise NotImplementedError

    @classmethod
    def record_rows(cls, rows: Sequence[tuple[UUID, dict[str, Any]]], *, by: str) -> set[UUID]:
        """Records many, each (id, values), as `record` does one, in few statements; nothing says which was refused.

        Gives the ids of those whose parts in other tables were changed. Records that others made public are changed as
        any others: see `unchangeable`.
        """
        for identity, values in rows:
            cls.record(values, id=identity, by=by)
        return set()

    @classmethod
    def unchangeable(cls, records: Collection[Any], *, may_review: bool) -> dict[UUID, str]:
        """Those of the records that whoever has the scope `review`, or has not, may not change: why, by their ids."""
        return {} if may_review else {record.pk: "Changing this needs the scope `review`." for record in records}

    @classmethod
    def remove(cls, record: Versioned) -> None:
        """Takes a record out of the present, inside an open revision.

        Raises:
            InUseError: others refer to it.
        """
        remove(record)

    @classmethod
    def fixed(cls) -> tuple[str, ...]:
        """The members that are given only when a record is made."""
        found: tuple[str, ...] = getattr(cls.Meta, "fixed", ())  # type: ignore[attr-defined]
        return found

    @cached_property
    def computed(self) -> frozenset[str]:
        return frozenset(self.Meta.answer().fields) - frozenset(self.fields)  # type: ignore[attr-defined]

    @classmethod
    def place_of(cls, name: str) -> str:
        """The pointer to the member that gives the value of a field of the model; to the whole where there is none."""
        if name.startswith("/"):
            return name
        if name in cls.places:
            return cls.places[name]
        return pointed("", name) if name in cls().fields else ""

    def current(self, record: Versioned) -> dict[str, Any]:
        """A record as it would be given."""
        return dict(self.to_representation(record))


class IdentifiedInput(InputSerializer):
    """What is given of a record that is addressed by its id, which may be given, too."""

    id = IdInput(
        required=False, help_text="Its identifier, preferably a UUID of version 7; one is made unless it is given."
    )

    @classmethod
    def fixed(cls) -> tuple[str, ...]:
        return ("id", *super().fixed())


class FactInput(IdentifiedInput):
    """What is given of a fact, which is a draft at first."""

    @classmethod
    def submit_rows(cls, ids: Collection[UUID], *, by: str) -> set[UUID]:
        """Hands in those of the facts that are drafts, as the step `submit` does one; gives their ids."""
        raise NotImplementedError

    @classmethod
    def take(cls, step: str, fact: Any, *, by: str) -> Versioned:
        """Takes a step of a fact's life, `submit`, `publish` or `withdraw`, inside an open revision.

        Raises one of `state_errors` where its state does not allow that.
        """
        raise NotImplementedError


def check_shape(kind: type[ObjectInput], row: Any) -> list[FieldError]:
    """What is wrong with a row that is not what the document describes; nothing, where it is."""
    checked = _shaped(kind(), row)
    return [] if checked.is_shaped else list(checked.errors)


def misnamed(
    serializer: ObjectInput, patch: Mapping[str, Any], *, fixed: Collection[str] = (), pointer: str = ""
) -> Iterator[FieldError]:
    """What a patch names that cannot be changed, each with its place."""
    for name, value in patch.items():
        place = pointed(pointer, name)
        field = serializer.fields.get(name)
        if name in fixed:
            yield FieldError(pointer=place, detail=FIXED)
        elif field is None:
            yield FieldError(pointer=place, detail=serializer.misnomer(name))
        elif isinstance(field, ObjectInput) and isinstance(value, dict):
            yield from misnamed(field, value, pointer=place)


def check_rows(kind: type[ObjectInput], rows: Sequence[Any]) -> list[Checked]:
    """Each row checked, in order, with one query for each kind of record that any of them refers to."""
    serializer = kind()
    shaped = [_shaped(serializer, row) for row in rows]
    found = _look_up(
        named
        for row, checked in zip(rows, shaped, strict=True)
        if not checked.errors
        for _, named in references(serializer, row)
    )
    return [
        checked if checked.errors else _resolved(serializer, row, checked, found=found)
        for row, checked in zip(rows, shaped, strict=True)
    ]


def references(serializer: ObjectInput, row: Mapping[str, Any], *, pointer: str = "") -> Iterator[tuple[str, Named]]:
    """The records that a row of the right shape names, each with its place."""
    for name, field in serializer.fields.items():
        given = row.get(name)
        if given is not None:
            yield from _named(field, given, pointer=pointed(pointer, name))


def _named(field: Any, given: Any, *, pointer: str) -> Iterator[tuple[str, Named]]:
    if hasattr(field, "named"):
        yield pointer, field.named(given)
    elif isinstance(field, ObjectInput):
        yield from references(field, given, pointer=pointer)
    elif isinstance(field, (serializers.ListField, serializers.ListSerializer)):
        for index, item in enumerate(given):
            yield from _named(field.child, item, pointer=pointed(pointer, index))


def _shaped(serializer: ObjectInput, row: Any) -> Checked:
    try:
        return Checked(values=serializer.run_validation(row))
    except serializers.ValidationError as error:
        told = list(_told(error.detail, pointer=""))
        errors = [FieldError(pointer=pointer, detail=str(detail)) for pointer, detail in told]
        kinds = {detail.code for _, detail in told} - {BrokenRuleError.default_code}
        return Checked(values={}, errors=errors, is_shaped=not kinds, is_part=kinds <= {MISSING})


def _told(detail: Any, *, pointer: str) -> Iterator[tuple[str, ErrorDetail]]:
    if isinstance(detail, dict):
        for name, member in detail.items():
            yield from _told(member, pointer=pointer if name == "non_field_errors" else pointed(pointer, name))
    elif isinstance(detail, list):
        for index, item in enumerate(detail):
            if isinstance(item, (dict, list)):
                yield from _told(item, pointer=pointed(pointer, index))
            else:
                yield pointer, item


def _look_up(named: Iterator[Named]) -> Found:
    wanted: dict[tuple[type[Versioned], str], set[Any]] = defaultdict(set)
    for each in named:
        wanted[each.model, each.key].add(each.value)
    return {
        (model, getattr(record, key)): record
        for (model, key), values in wanted.items()
        for record in model._default_manager.filter(**{f"{key}__in": values})
    }


def _resolved(serializer: ObjectInput, row: Any, checked: Checked, *, found: Found) -> Checked:
    errors = [
        FieldError(pointer=pointer, detail=f"There is no such one among the {named.model.resource.replace('-', ' ')}.")
        for pointer, named in references(serializer, row)
        if (named.model, named.value) not in found
    ]
    return Checked(values={}, errors=errors) if errors else Checked(values=_replaced(checked.values, found=found))


def _replaced(value: Any, *, found: Found) -> Any:
    """A value with records in place of their names."""
    match value:
        case Named():
            return found[value.model, value.value]
        case dict():
            return {name: _replaced(member, found=found) for name, member in value.items()}
        case list():
            return [_replaced(item, found=found) for item in value]
        case _:
            return value
