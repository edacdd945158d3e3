"""Columns of CSV: which member of a record each gives, and how its cells are read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rest_framework import serializers

from greenapi.rest.csv_format import unguarded
from greenapi.rest.exact_json import JSONFault, parse, pointed
from greenapi.rest.input_fields import NumberInput, TextInput, TruthInput, WholeInput, WordInput, not_known
from greenapi.rest.inputs import InputSerializer, ObjectInput
from greenapi.rest.problems import FieldError

from .records import KEY, wrong


@dataclass(frozen=True, kw_only=True)
class Column:
    """Cells that give the member at `path`. `field` is None for the key of the row."""

    path: tuple[str, ...]
    field: Any
    guarded: bool

    def put(self, cell: str, *, into: dict[str, Any]) -> list[FieldError]:
        """Puts what a cell that is not empty gives into a row; what is wrong with it."""
        value: Any = cell
        if self.field is None or isinstance(self.field, (TextInput, WordInput)):
            value = unguarded(cell) if self.guarded else cell
        else:
            try:
                value = parse(cell)
            except JSONFault as fault:
                # A number that is none is a text, which the member then refuses in its own words.
                if not isinstance(self.field, (NumberInput, WholeInput, TruthInput)):
                    return [wrong(detail, pointer=f"{self.pointer}{place}") for place, detail in fault.places]
        for name in self.path[:-1]:
            into = into.setdefault(name, {})
        into[self.path[-1]] = value
        return []

    @property
    def pointer(self) -> str:
        """The JSON pointer to the member in a row."""
        found = ""
        for name in self.path:
            found = pointed(found, name)
        return found


def columns_of(
    names: Sequence[str], *, kind: type[InputSerializer], has_key: bool, guarded: bool
) -> tuple[list[Column], list[FieldError]]:
    """The columns that a header names, and what is wrong with it; with `has_key` it may name the key of the row."""
    columns, errors = [], []
    serializer = kind()
    for number, name in enumerate(names, start=1):
        path = tuple(name.split("."))
        is_key = has_key and path == (KEY,)
        field = None if is_key else _field_at(serializer, path)
        if field is None and not is_key:
            known = [*_names_of(serializer.fields), *([KEY] if has_key else [])]
            errors.append(wrong(f"Column {number}: {not_known(name, known=sorted(known))}"))
        elif names.count(name) > 1:
            errors.append(wrong(f"Column {number}: {name} is given more than once."))
        elif any(".".join(path[:length]) in names for length in range(1, len(path))):
            errors.append(wrong(f"Column {number}: {name} is part of another column."))
        columns.append(Column(path=path, field=field, guarded=guarded))
    return columns, errors


def _field_at(serializer: ObjectInput, path: Sequence[str]) -> Any:
    fields: Mapping[str, Any] = serializer.fields
    for name in path[:-1]:
        within = fields.get(name)
        fields = within.fields if isinstance(within, ObjectInput) else {}
    return fields.get(path[-1])


def _names_of(fields: Mapping[str, serializers.Field[Any, Any, Any, Any]], *, within: str = "") -> list[str]:
    found = []
    for name, field in fields.items():
        found.append(f"{within}{name}")
        if isinstance(field, ObjectInput):
            found += _names_of(field.fields, within=f"{within}{name}.")
    return found
