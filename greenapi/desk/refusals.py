"""What the database or a verb refused, in words for the person at the desk."""

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import TypeVar

from django.core.exceptions import NON_FIELD_ERRORS
from django.db import DatabaseError
from django.db.models import BaseConstraint, Q
from django.http import HttpResponse

from greenapi.ledger.explaining import fields_of
from greenapi.ledger.revisions import PATIENCE_SECONDS

R = TypeVar("R", bound=HttpResponse)

# Whole families of constraints, by how their names end, with the ending of the field that they are about.
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
_GENERATED = re.compile(r"new row for relation|duplicate key value|insert or update on table|null value in column")


class Refusal(Exception):
    """Why nothing was saved, and the field it is about; None for the record as a whole."""

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class Busy(Refusal):
    """Nothing was saved because somebody else is saving."""

    def __init__(self) -> None:
        super().__init__("Somebody else is saving at this moment; nothing was saved yet. Save again in a few seconds.")


def answered(page: R, refusal: Refusal) -> R:
    """The page that tells a refusal, with the status that says so to machines."""
    if isinstance(refusal, Busy):
        page.status_code = HTTPStatus.SERVICE_UNAVAILABLE
        page["Retry-After"] = str(PATIENCE_SECONDS)
    return page


def explain_constraint(constraint: BaseConstraint, *, words: Mapping[str, str]) -> Refusal:
    """What a constraint asks for; `words` are explanations by the constraint's name."""
    condition = getattr(constraint, "condition", None)
    names = list(fields_of(condition)) if isinstance(condition, Q) else []
    for pattern, ending, message in _FAMILIES:
        if pattern.search(constraint.name):
            field = next((name for name in names if ending and name.endswith(ending)), None)
            return Refusal(message, field=field)
    return Refusal(words.get(constraint.name) or _by_name(constraint.name))


def explain_database_error(error: DatabaseError, *, words: Mapping[str, str]) -> Refusal:
    """What the database said when it refused to save."""
    diagnosis = getattr(error.__cause__, "diag", None)
    name = getattr(diagnosis, "constraint_name", None) or ""
    said = getattr(diagnosis, "message_primary", None) or str(error)
    if name in words:
        return Refusal(words[name])
    for pattern, _, message in _FAMILIES:
        if pattern.search(name):
            return Refusal(message)
    if _GENERATED.match(said):
        return Refusal(_by_name(name))
    return Refusal(f"{said[:1].upper()}{said[1:]}.")


def _by_name(name: str) -> str:
    if name.endswith(("_unique", "_key", "_uniq")):
        return "There is already such a record."
    return f"These values do not fit together ({name.replace('_', ' ')})."


def field_or_whole(refusal: Refusal, *, fields: Mapping[str, object]) -> str:
    """Where a form shows the refusal: at the field it is about, if the form has it, else at the top."""
    return refusal.field if refusal.field is not None and refusal.field in fields else NON_FIELD_ERRORS
