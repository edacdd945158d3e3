"""What the database's rules ask for, in words: whole families of constraints say the same of other fields."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Q

from .explaining import fields_of
from .tables import versioned_models

# Families by how their names end, with the ending of the field that they are about.
_FAMILIES = (
    (re.compile(r"_has_reason$"), "_reason", "An inferred value needs its reason."),
    (
        re.compile(r"_matches_basis$"),
        "_basis",
        "Give the value and say whether it is stated or inferred, or leave it empty and choose “Not stated”.",
    ),
    (re.compile(r"_locator_needs_work$"), "_locator", "A place in a cited work needs the work."),
    (re.compile(r"_dates_in_order$"), "", "The first day comes after the last."),
)
# How Postgres begins what it says of a rule in a model, whose values its message repeats.
GENERATED = re.compile(r"new row for relation|duplicate key value|insert or update on table|null value in column")


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A constraint: what it asks for, the field that it is about, None where it is about several, and all it binds."""

    words: str
    field: str | None = None
    fields: tuple[str, ...] = ()


def rule(name: str, *, words: Mapping[str, str]) -> Rule:
    """The rule that a constraint of this name holds; `words` are explanations by the constraint's name."""
    fields = bound_fields(name)
    for pattern, ending, message in _FAMILIES:
        if pattern.search(name):
            about = next((field for field in fields if ending and field.endswith(ending)), None)
            return Rule(words=message, field=about, fields=fields)
    return Rule(words=words.get(name) or _by_name(name), fields=fields)


def is_told(name: str, *, words: Mapping[str, str]) -> bool:
    """Whether there are words of ours for a constraint of this name."""
    return name in words or any(pattern.search(name) for pattern, _, _ in _FAMILIES)


def bound_fields(name: str) -> tuple[str, ...]:
    """The fields that a constraint of a model binds together; none where no model has such a constraint."""
    for model in versioned_models():
        for constraint in model._meta.constraints:
            condition = getattr(constraint, "condition", None)
            if constraint.name == name:
                named = fields_of(condition) if isinstance(condition, Q) else getattr(constraint, "fields", ())
                return tuple(dict.fromkeys(named))
    return ()


def _by_name(name: str) -> str:
    if name.endswith(("_unique", "_key", "_uniq")):
        return "There is already such a record."
    return f"These values do not fit together ({name.replace('_', ' ')})."
