"""What a write asks for besides its own values: why, what sort of change it is, whether to try it only, and its key."""

import re
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from rest_framework import serializers

from greenapi.ledger.models import ChangeClass

from . import schema_texts
from .filters import refuse_empty
from .idempotency import Keyed
from .input_fields import TextInput, WordInput
from .inputs import ObjectInput, check_rows
from .parameters import refuse_unknown, truth
from .problems import INVALID_BODY, INVALID_PARAMETER, FieldError, Problem

REASON = "reason"
CHANGE_CLASS = "change_class"
DRY_RUN = "dry_run"
MAX_REASON = 500
# A redaction blanks what was recorded before; a write does not.
CHANGE_CLASSES = [choice for choice in ChangeClass.choices if choice[0] != ChangeClass.REDACTION]


@dataclass(frozen=True, kw_only=True)
class Order:
    """A write that is well asked for. `given` are the record's own members; `change_class` is None unless given."""

    actor: str
    reason: str
    change_class: ChangeClass | None
    is_dry: bool
    keyed: Keyed | None
    given: dict[str, Any]


class WhyInput(ObjectInput):
    """Why a change is made."""

    reason = TextInput(
        max_length=MAX_REASON,
        help_text="Why the change is made, in a sentence. It is public and kept for ever.",
    )
    change_class = WordInput(
        choices=CHANGE_CLASSES,
        required=False,
        help_text="What sort of change it is. Left out: enrichment for what is new, submitted or published, retraction"
        " for what is withdrawn, our_correction for what is changed.",
    )

    def validate_reason(self, reason: str) -> str:
        """Refuses one that says nothing."""
        if not re.search(schema_texts.REASON["pattern"], reason):
            raise serializers.ValidationError("Give a reason: every change is recorded with one.")
        return reason


def why_of(given: dict[str, Any]) -> tuple[str, ChangeClass | None, list[FieldError]]:
    """Reason and sort of a change, and what is wrong with them."""
    (checked,) = check_rows(WhyInput, [{name: given[name] for name in (REASON, CHANGE_CLASS) if name in given}])
    sort = checked.values.get(CHANGE_CLASS)
    return checked.values.get(REASON, ""), None if sort is None else ChangeClass(sort), list(checked.errors)


def without_why(body: dict[str, Any]) -> dict[str, Any]:
    """The members of a body that are about the record itself."""
    return {name: value for name, value in body.items() if name not in {REASON, CHANGE_CLASS}}


def object_of(body: Any) -> dict[str, Any]:
    """A body that is an object.

    Raises:
        Problem: invalid-body.
    """
    if not isinstance(body, dict):
        raise Problem(INVALID_BODY, errors=[FieldError(pointer="", detail="Give an object.")])
    return body


def is_dry(query: QueryDict, *known: str) -> bool:
    """Whether a write is to be tried only. Refuses parameters that writes do not know.

    Raises:
        Problem: unknown-parameter or invalid-parameter.
    """
    refuse_unknown(query, known=[DRY_RUN, *known])
    refuse_empty(query)
    return truth(query, DRY_RUN)


def why_in_query(query: QueryDict) -> tuple[str, ChangeClass | None]:
    """Reason and sort of a change that has no body for them.

    Raises:
        Problem: invalid-parameter.
    """
    reason, sort, errors = why_of({name: query[name] for name in (REASON, CHANGE_CLASS) if name in query})
    if errors:
        named = [FieldError(parameter=(error.pointer or "")[1:], detail=error.detail) for error in errors]
        raise Problem(INVALID_PARAMETER, errors=named)
    return reason, sort
