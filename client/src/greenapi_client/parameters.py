"""From Python values to the texts of query parameters and path segments."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TypeAlias
from uuid import UUID

from .as_of import in_utc
from .models import Model

Scalar: TypeAlias = str | bool | int | float | Decimal | date | datetime | UUID | Model
FilterValue: TypeAlias = Scalar | Sequence[Scalar]

RESERVED = {"as_of": "use api.at(…)", "cursor": "iterate the list, or use pages()"}


def query(filters: Mapping[str, FilterValue]) -> dict[str, str]:
    """Filters as query parameters.

    Raises:
        TypeError: a value of a type that no parameter takes, None included; or `as_of` or `cursor`, which are not
            filters.
        ValueError: a time without offset, a number that is not finite, an empty list, or a comma inside a list.
    """
    for name in filters.keys() & RESERVED.keys():
        raise TypeError(f"{name} is no filter: {RESERVED[name]}")
    return {name: _named(name, value) for name, value in filters.items()}


def key(value: str | int | UUID | Model) -> str:
    """What a resource is addressed by, as text: a slug, SHA-256, UUID or number, or anything that has one.

    Raises:
        TypeError: it has none.
        ValueError: it is empty, or a path's dots.
    """
    text = _key_of(value) if isinstance(value, Model) else str(value)
    if text in {"", ".", ".."}:
        raise ValueError(f"{text!r} is no key")
    return text


def _named(name: str, value: FilterValue) -> str:
    try:
        return _listed(value) if isinstance(value, (list, tuple)) else _text(value)
    except (TypeError, ValueError) as error:
        raise type(error)(f"{name}: {error}") from error


def _listed(values: Sequence[object]) -> str:
    texts = [_text(value) for value in values]
    if not texts:
        raise ValueError("nothing is in an empty list")
    for text in texts:
        if "," in text:
            raise ValueError(f"{text!r} holds a comma, which separates the values of a list")
    return ",".join(texts)


def _text(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str() | int() | UUID():
            return str(value)
        case float():
            return _digits(Decimal(repr(value)))
        case Decimal():
            return _digits(value)
        case datetime():
            return in_utc(value)
        case date():
            return value.isoformat()
        case Model():
            return _key_of(value)
        case None:
            raise TypeError("None selects nothing; what is unknown is selected with …__isnull=True")
        case _:
            raise TypeError(f"{type(value).__name__} is no value of a parameter")


def _digits(number: Decimal) -> str:
    if not number.is_finite():
        raise ValueError(f"{number} is no number")
    return f"{number:f}"


def _key_of(model: Model) -> str:
    for name in ("slug", "sha256", "id", "number"):
        found = getattr(model, name, None)
        if found is not None:
            return str(found)
    raise TypeError(f"{type(model).__name__} is not addressed by a key")
