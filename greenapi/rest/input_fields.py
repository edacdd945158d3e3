"""Fields of what is given to be recorded: each takes one JSON type and gives back exactly what was sent."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.validators import MaxLengthValidator, MinLengthValidator, URLValidator
from django.db import models
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from greenapi.ledger.models import Versioned

from .exact_json import plain
from .moments import MomentError, parse_day
from .nearest import nearest, repeated

LARGEST = 2**31 - 1  # of Postgres's integer
SLUG = r"^[-a-zA-Z0-9_]+$"
SHA256 = r"^[0-9a-f]{64}$"
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_KINDS = {
    str: "a text",
    bool: "true or false",
    int: "a number",
    Decimal: "a number",
    list: "an array",
    dict: "an object",
}


class BrokenRuleError(serializers.ValidationError):
    """Raised where a value has its shape and breaks a rule that no document could say: members do not agree."""

    default_code = "rule-broken"


@dataclass(frozen=True, kw_only=True)
class Named:
    """A record that is named by its key, before it was looked up."""

    model: type[Versioned]
    key: str
    value: Any


def wrong_type(wanted: str, given: object) -> str:
    """What is said of a value of another type than the one that is taken."""
    return f"Give {wanted}, not {_KINDS.get(type(given), 'null')}."


class TextInput(serializers.CharField):
    """A text, taken as it is: no white space is cut off, no end of a line changed, nothing normalized."""

    wanted = "a text"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(trim_whitespace=False, **kwargs)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        if data is not serializers.empty and data is not None and not isinstance(data, str):
            raise serializers.ValidationError(wrong_type(self.wanted, data))
        return super().run_validation(data)


class PatternInput(TextInput):
    """A text of a certain form: `pattern` in the words of OpenAPI, `told` in ours."""

    def __init__(self, *, pattern: str, told: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.pattern = re.compile(pattern.removesuffix("$") + r"\Z")
        self.told = told

    def to_internal_value(self, data: Any) -> Any:
        if not self.pattern.match(data):
            raise serializers.ValidationError(self.told)
        return super().to_internal_value(data)


class SlugInput(PatternInput):
    """A stable name of an address."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(pattern=SLUG, told="A slug has letters a to z, digits, - and _ only.", **kwargs)


@extend_schema_field({"type": "string", "format": "uuid"})
class IdInput(TextInput):
    """A UUID, in its usual form."""

    wanted = "a UUID"

    def to_internal_value(self, data: Any) -> Any:
        if not _UUID.fullmatch(data):
            raise serializers.ValidationError("Give a UUID, such as 019a5f0c-6c3e-7b1d-9a55-3f2b8c1d4e5f.")
        return UUID(data)

    def to_representation(self, value: Any) -> str:
        return str(value)


class WholeInput(serializers.IntegerField):
    """A whole number from 0, or `min_value`, to the largest that the database keeps."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"min_value": 0, "max_value": LARGEST, **kwargs})

    def to_internal_value(self, data: Any) -> int:
        # In JSON Schema 2.0 is an integer, too.
        if isinstance(data, Decimal) and data.is_finite() and data == int(data):
            return int(data)
        if isinstance(data, bool) or not isinstance(data, int):
            raise serializers.ValidationError(wrong_type("a whole number", data))
        return data


@extend_schema_field({"type": "number"})
class NumberInput(serializers.Field[Decimal, Any, Decimal, Any]):
    """A number with exactly the digits sent: 1.30 stays 1.30."""

    def to_internal_value(self, data: Any) -> Decimal:
        if isinstance(data, bool) or not isinstance(data, (int, Decimal)) or not Decimal(data).is_finite():
            raise serializers.ValidationError(wrong_type("a number", data))
        return plain(Decimal(data))

    def to_representation(self, value: Decimal) -> Decimal:
        return value


@extend_schema_field({"type": "string", "format": "date"})
class DayInput(TextInput):
    """A day, YYYY-MM-DD."""

    wanted = "a day as YYYY-MM-DD"

    def to_internal_value(self, data: Any) -> Any:
        try:
            return parse_day(data)
        except MomentError as error:
            raise serializers.ValidationError(str(error)) from error

    def to_representation(self, value: Any) -> str:
        return str(value)


class TruthInput(serializers.BooleanField):
    """True or false."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            raise serializers.ValidationError(wrong_type("true or false", data))
        return data


class WordInput(serializers.ChoiceField):
    """A word of a vocabulary."""

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str):
            raise serializers.ValidationError(wrong_type("a text", data))
        if data not in self.choices:
            raise serializers.ValidationError(f"Give one of {', '.join(map(str, self.choices))}.")
        return data


class ReferenceInput(PatternInput):
    """Another record, named by its key alone: a slug, a UUID, or the SHA-256 of a document version."""

    def __init__(self, model: type[Versioned], **kwargs: Any) -> None:
        self.model = model
        self.key = key_of(model)
        form = {
            "slug": (SLUG, "Give the slug of one of the {}."),
            "sha256": (SHA256, "Give the SHA-256 of one of the {}: 64 digits of 0 to 9 and a to f."),
            "id": (f"^{_UUID.pattern}$", "Give the UUID of one of the {}."),
        }[self.key]
        super().__init__(pattern=form[0], told=form[1].format(model.resource.replace("-", " ")), **kwargs)
        if self.key == "id":
            self.pattern = _UUID

    def named(self, given: Any) -> Named:
        """The record that is named."""
        found: Named = self.to_internal_value(given)
        return found

    def to_internal_value(self, data: Any) -> Any:
        found = super().to_internal_value(data)
        return Named(model=self.model, key=self.key, value=UUID(found) if self.key == "id" else found)

    def to_representation(self, value: Any) -> str:
        return str(getattr(value, self.key))


class ReferencesInput(serializers.ListField):
    """Other records, each named by its key alone."""

    def __init__(self, model: type[Versioned], **kwargs: Any) -> None:
        super().__init__(child=ReferenceInput(model), **kwargs)

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, list):
            raise serializers.ValidationError(wrong_type("an array", data))
        return super().to_internal_value(data)

    def to_representation(self, value: Any) -> list[Any]:
        return [self.child.to_representation(record) for record in value.all()]


def key_of(model: type[Versioned]) -> str:
    """The field by which a record is addressed."""
    names = {field.name for field in model._meta.concrete_fields}
    return next(name for name in ("slug", "sha256", "id") if name in names)


def input_for(field: "models.Field[Any, Any]", **given: Any) -> serializers.Field[Any, Any, Any, Any]:
    """The field that takes values of a model's field; one that may be left out has the default of the model."""
    options: dict[str, Any] = {"help_text": str(field.help_text), **given}
    if field.null:
        options["allow_null"] = True
    if field.null or field.has_default():
        options["default"] = _default(field)
    match field:
        case models.ForeignKey():
            return ReferenceInput(field.related_model, **options)  # type: ignore[arg-type]
        case models.BooleanField():
            return TruthInput(**options)
        case models.DateField():
            return DayInput(**options)
        case models.PositiveIntegerField():
            return WholeInput(**options)
        case models.DecimalField():
            return NumberInput(**options)
        case models.CharField() | models.TextField():
            return _text_for(field, **options)
        case _:
            raise NotImplementedError(field)


def _text_for(field: "models.Field[Any, Any]", **options: Any) -> serializers.Field[Any, Any, Any, Any]:
    if isinstance(field, models.SlugField):
        return SlugInput(max_length=field.max_length, **options)
    if field.choices:
        return WordInput(choices=field.choices, **options)
    # Where null says that there is none, an empty text would say it a second time.
    may_be_empty = field.blank and not field.null
    made = TextInput(allow_blank=may_be_empty, **options)
    if not may_be_empty:
        made.validators.append(MinLengthValidator(1))
    if field.max_length is not None:
        made.validators.append(MaxLengthValidator(field.max_length))
    if isinstance(field, models.URLField):
        # More is asked of it than the document can say.
        made.validators.append(URLValidator(schemes=["http", "https"], code=BrokenRuleError.default_code))
    return made


def _default(field: "models.Field[Any, Any]") -> Any:
    default = field.get_default() if field.has_default() else None
    return str(default) if isinstance(default, str) else default


def not_known(name: str, *, known: list[str]) -> str:
    """What is said of a name that is not known: the nearest that is."""
    meant = nearest(name, known=known)
    return f"{repeated(name)} is not known here{'' if meant is None else f'; the nearest is {meant}'}."
