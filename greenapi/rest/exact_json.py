"""JSON of which nothing is guessed, rounded or dropped, and the places of what is refused."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

MAX_NESTING = 20
# Digits of a number, before and after its point, as it is written out.
MAX_DIGITS = 1000
_MAX_WRITTEN = 2 * MAX_DIGITS + 2

_BRACKETS = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[\[\]{}]', re.DOTALL)
_SURROGATE = re.compile("[\ud800-\udfff]")


class JSONFault(ValueError):
    """A text that is not the JSON taken here: (JSON pointer, what is wrong) of each fault."""

    def __init__(self, *places: tuple[str, str]) -> None:
        super().__init__(str(places))
        self.places = places


@dataclass(frozen=True, kw_only=True)
class _Fault:
    """What stands in place of a value that is refused, until its place is known."""

    detail: str


class _Twice(dict[str, Any]):
    """An object with names that were given twice."""

    names: tuple[str, ...]


def parse(text: str) -> Any:
    """The value that a JSON text (RFC 8259) gives: int and Decimal, whose digits are all those that were written.

    Raises:
        JSONFault: no JSON, or JSON with a byte order mark, NaN, an infinity, a number of more than 1,000 digits before
            or after its point, a name twice in one object, NUL, a lone surrogate, or nested deeper than 20.
    """
    if text.startswith("\ufeff"):
        raise JSONFault(("", "It begins with a byte order mark; JSON has none."))
    _refuse_deep(text)
    try:
        value = json.loads(
            text, object_pairs_hook=_object, parse_float=_number, parse_int=_number, parse_constant=_constant
        )
    except json.JSONDecodeError as error:
        raise JSONFault(("", f"It is no JSON: {error.msg} (line {error.lineno}, column {error.colno}).")) from error
    faults = list(_faults(value, pointer=""))
    if faults:
        raise JSONFault(*faults)
    return value


def pointed(pointer: str, name: str | int) -> str:
    """The JSON pointer (RFC 6901) to a member of what another points to."""
    return f"{pointer}/{str(name).replace('~', '~0').replace('/', '~1')}"


def plain(number: Decimal) -> Decimal:
    """The same number without an exponent or a sign before zero, all its digits kept: 2E+4 as 20000, -0.0 as 0.0."""
    return Decimal(f"{number if number else abs(number):f}")


def _refuse_deep(text: str) -> None:
    depth = 0
    for found in _BRACKETS.finditer(text):
        bracket = found[0]
        if bracket in "[{":
            depth += 1
            if depth > MAX_NESTING:
                place = found.start()
                raise JSONFault(("", f"It is nested more than {MAX_NESTING} deep from character {place} on."))
        elif bracket in "]}":
            depth -= 1


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    twice = _Twice(found)
    names = [name for name, _ in pairs]
    twice.names = tuple(name for name in found if names.count(name) > 1)
    return twice


def _number(written: str) -> int | Decimal | _Fault:
    fault = _Fault(detail=f"A number has at most {MAX_DIGITS} digits before its point, and as many after it.")
    if len(written) > _MAX_WRITTEN:
        return fault
    try:
        number = Decimal(written)
    except InvalidOperation:
        # An exponent beyond what any number has.
        return fault
    before, after = number.adjusted() + 1, -int(number.as_tuple().exponent)
    if before > MAX_DIGITS or after > MAX_DIGITS:
        return fault
    return int(written) if written.lstrip("-").isdigit() else plain(number)


def _constant(name: str) -> _Fault:
    return _Fault(detail=f"{name} is no number of JSON.")


def _faults(value: Any, *, pointer: str) -> Iterator[tuple[str, str]]:
    match value:
        case _Fault():
            yield pointer, value.detail
        case str():
            yield from _faults_of_text(value, pointer=pointer)
        case list():
            for index, item in enumerate(value):
                yield from _faults(item, pointer=pointed(pointer, index))
        case dict():
            if isinstance(value, _Twice):
                for name in value.names:
                    yield pointed(pointer, name), "It is given more than once."
            for name, member in value.items():
                if any(_faults_of_text(name, pointer=pointer)):
                    yield pointer, "A name in it holds NUL or half of a surrogate pair."
                else:
                    yield from _faults(member, pointer=pointed(pointer, name))


def _faults_of_text(text: str, *, pointer: str) -> Iterator[tuple[str, str]]:
    if "\0" in text:
        yield pointer, f"Character {text.index(chr(0))} is NUL, which the database cannot keep."
    lone = _SURROGATE.search(text)
    if lone is not None:
        yield pointer, f"Character {lone.start()} is half of a surrogate pair."
