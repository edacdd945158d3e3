"""From JSON to typed, exact, frozen dataclasses, following their annotations."""

import json
from collections.abc import Callable
from dataclasses import fields
from datetime import date, datetime, timezone
from decimal import Decimal
from types import NoneType, UnionType
from typing import Any, NoReturn, TypeVar, cast, get_args, get_origin, get_type_hints
from uuid import UUID

from .errors import DecodingError
from .models import Model, Page

M = TypeVar("M", bound=Model)
Decoder = Callable[[Any], Any]


_worked_out: dict[tuple[type[Model], type[Model] | None], Decoder] = {}


class _Mismatch(Exception):
    """A value is not of the type promised; `path` leads to it, the nearest name last."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.path: list[str] = []


def parse(content: bytes) -> Any:
    """JSON with its numbers exact: those with a point or an exponent become Decimal.

    Raises:
        DecodingError: it is no JSON, or is cut.
    """
    try:
        return json.loads(content, parse_float=Decimal, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise DecodingError(f"the answer is not JSON, or is cut: {error}") from error


def decode(kind: type[M], data: Any) -> M:
    """`data` as a `kind`.

    Raises:
        DecodingError: a field is missing or of another type, naming its place.
    """
    return cast("M", _run(_object(kind, None), data))


def decode_page(row: type[M], data: Any) -> Page[M]:
    """`data` as a page of rows of one kind.

    Raises:
        DecodingError: a field is missing or of another type, naming its place.
    """
    return cast("Page[M]", _run(_object(Page, row), data))


def _run(decoder: Decoder, data: Any) -> Any:
    try:
        return decoder(data)
    except _Mismatch as mismatch:
        place = ".".join(reversed(mismatch.path)) or "the answer"
        raise DecodingError(f"{place}: {mismatch}") from None


def _object(kind: type[Model], row: type[Model] | None) -> Decoder:
    """How objects become instances of a class, `row` standing for its type variable; worked out once for each."""
    if (kind, row) not in _worked_out:
        _worked_out[kind, row] = _object_decoder(kind, row)
    return _worked_out[kind, row]


def _object_decoder(kind: type[Model], row: type[Model] | None) -> Decoder:
    hints = get_type_hints(kind)
    decoders = [(field.name, _decoder(hints[field.name], row)) for field in fields(kind) if field.name != "extra"]

    def decoder(data: Any) -> Model:
        if type(data) is not dict:
            _mismatch("an object", data)
        values = {}
        name = ""
        try:
            for name, of_field in decoders:
                values[name] = of_field(data[name])
        except KeyError:
            raise _Mismatch(f"{kind.__name__} has no field {name}") from None
        except _Mismatch as mismatch:
            mismatch.path.append(name)
            raise
        if len(values) < len(data):
            values["extra"] = {name: value for name, value in data.items() if name not in values}
        return kind(**values)

    return decoder


def _decoder(hint: Any, row: type[Model] | None) -> Decoder:
    if isinstance(hint, TypeVar):
        hint = row
    if get_origin(hint) is UnionType:
        (inner,) = (_decoder(arm, row) for arm in get_args(hint) if arm is not NoneType)
        return lambda data: None if data is None else inner(data)
    if get_origin(hint) is tuple:
        return _array(_decoder(get_args(hint)[0], row))
    if issubclass(hint, Model):
        return _object(hint, None)
    return _SCALARS[hint]


def _array(of_item: Decoder) -> Decoder:
    def decoder(data: Any) -> tuple[Any, ...]:
        if type(data) is not list:
            _mismatch("an array", data)
        items = []
        try:
            for item in data:
                items.append(of_item(item))
        except _Mismatch as mismatch:
            mismatch.path.append(str(len(items)))
            raise
        return tuple(items)

    return decoder


def _string(data: Any) -> str:
    return data if type(data) is str else _mismatch("a string", data)


def _integer(data: Any) -> int:
    return data if type(data) is int else _mismatch("a whole number", data)


def _boolean(data: Any) -> bool:
    return data if type(data) is bool else _mismatch("true or false", data)


def _number(data: Any) -> Decimal:
    if type(data) is Decimal:
        return data
    return Decimal(data) if type(data) is int else _mismatch("a number", data)


def _date(data: Any) -> date:
    try:
        return date.fromisoformat(_string(data))
    except ValueError:
        _mismatch("a date", data)


def _moment(data: Any) -> datetime:
    try:
        moment = datetime.fromisoformat(_string(data).replace("Z", "+00:00"))
    except ValueError:
        _mismatch("a time", data)
    return _mismatch("a time with offset", data) if moment.tzinfo is None else moment.astimezone(timezone.utc)


def _uuid(data: Any) -> UUID:
    try:
        return UUID(_string(data))
    except ValueError:
        _mismatch("a UUID", data)


_SCALARS: dict[type, Decoder] = {
    str: _string,
    int: _integer,
    bool: _boolean,
    Decimal: _number,
    date: _date,
    datetime: _moment,
    UUID: _uuid,
}


def _mismatch(expected: str, data: Any) -> NoReturn:
    raise _Mismatch(f"expected {expected}, got {data!r:.80}")


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")
