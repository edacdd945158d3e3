"""What the database or a verb refused, in words for the person at the desk."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import TypeVar

from django.core.exceptions import NON_FIELD_ERRORS
from django.db import DatabaseError
from django.db.models import BaseConstraint
from django.http import HttpResponse

from greenapi.ledger.revisions import PATIENCE_SECONDS
from greenapi.ledger.rules import GENERATED, is_told, rule

R = TypeVar("R", bound=HttpResponse)


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
    found = rule(constraint.name, words=words)
    return Refusal(found.words, field=found.field)


def explain_database_error(error: DatabaseError, *, words: Mapping[str, str]) -> Refusal:
    """What the database said when it refused to save."""
    diagnosis = getattr(error.__cause__, "diag", None)
    name = getattr(diagnosis, "constraint_name", None) or ""
    said = getattr(diagnosis, "message_primary", None) or str(error)
    if is_told(name, words=words) or GENERATED.match(said):
        return Refusal(rule(name, words=words).words)
    return Refusal(f"{said[:1].upper()}{said[1:]}.")


def field_or_whole(refusal: Refusal, *, fields: Mapping[str, object]) -> str:
    """Where a form shows the refusal: at the field it is about, if the form has it, else at the top."""
    return refusal.field if refusal.field is not None and refusal.field in fields else NON_FIELD_ERRORS
