"""Redaction: removing a value for good, from the live table and every version, and leaving a tombstone that says so.

Everything but redaction only ever adds. It is for what must not stay: a name published by mistake, a court order.
"""

import json
import re
from collections.abc import Collection, Sequence
from uuid import UUID

from django.core.exceptions import FieldDoesNotExist
from django.db import DatabaseError, connection
from django.db.models import CharField, Field, SlugField, TextField

from .identifiers import uuid7
from .links import parts_recorded, pointing_to
from .models import ChangeClass, Redaction, Versioned
from .revisions import current_revision
from .tables import earlier_names, live_table, recorded_columns

MASK = "[redacted]"
# Shorter texts, such as a unit's symbol, stand everywhere and tell nothing.
TELLING = 3
# What `ledger_redact` raises in words for whoever asked.
REFUSED = "GA005"


class RedactionError(ValueError):
    """What was asked for cannot be redacted; the message says why, and what can."""


def redact(
    model: type[Versioned], record: UUID, *, fields: Sequence[str] = (), authority: str, reason: str
) -> Redaction:
    """Blanks fields of one record, or removes the whole record when none is named, and gives the tombstone back.

    The values are gone from the live row, from every version and so from every answer as of an older revision. Text is
    replaced by a mask, everything else by null. With a whole record go its parts, each with a tombstone of its own.
    Must run in an open revision of the change class redaction, under the role that owns the tables.

    Raises:
        NoRevisionError: no revision is open.
        RedactionError: the revision is of another class, a field is unknown or can neither be masked nor null, no older
            version holds anything, other records point to the one that is to go, or the actor, authority or
            reason repeat what is to be removed.
        django.db.Error: the database refuses what would be left, or the role may not redact.
    """
    opened = current_revision()
    if opened.change_class != ChangeClass.REDACTION:
        raise RedactionError("Redacting is done in a revision of the change class redaction.")
    values = masks(model, record, fields=fields)
    texts = recorded_texts(model, record, columns=values)
    # Who removes a whole record may well be the one who once submitted it.
    _refuse_repeating(texts, said={authority, reason, opened.reason, *([opened.actor] if fields else [])})
    if not fields:
        _refuse_pointers(model, record)
        for part, identity in parts_recorded(model, record):
            redact(part, identity, authority=authority, reason=reason)
    tombstone = uuid7()
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT ledger_redact(%s, %s, %s, %s::jsonb, %s, %s)",
                [tombstone, model._meta.db_table, record, json.dumps(values) if fields else None, authority, reason],
            )
    except DatabaseError as error:
        if getattr(error.__cause__, "sqlstate", None) != REFUSED:
            raise
        said = error.__cause__.diag.message_primary  # type: ignore[union-attr]
        raise RedactionError(f"Nothing is redacted of {record}: {said}.") from error
    return Redaction.objects.get(pk=tombstone)


def masks(model: type[Versioned], record: UUID, *, fields: Sequence[str]) -> dict[str, str | None]:
    """What is to stand in each column that the fields are, or once were, recorded in; None for null.

    Raises:
        RedactionError: a field is unknown, or can neither be masked nor null.
    """
    found: dict[str, str | None] = {}
    present = _recorded_in(model)
    for name in fields:
        field = _field(model, name)
        if field is None:
            if name not in present:
                raise RedactionError(f"{name} is no field of {model.resource}; there are {', '.join(_names(model))}.")
            # A field that the model has no more: nobody asks for it, and versions may be without anything.
            found[name] = None
        else:
            found[field.attname] = mask = _mask(model, field, record=record)
            found |= {earlier: mask for earlier in earlier_names(model, field.attname) if earlier in present}
    return found


def recorded_texts(model: type[Versioned], record: UUID, *, columns: Collection[str]) -> set[str]:
    """The free texts that versions of a record hold in these columns, or in any when none is named."""
    kinds = {field.attname: field for field in model._meta.concrete_fields}
    free = [
        name
        for name in columns or _recorded_in(model)
        if name not in kinds or (isinstance(kinds[name], (CharField, TextField)) and not kinds[name].choices)
    ]
    if not free:
        return set()
    listed = ", ".join(f'"{name}"::text' for name in free)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {listed} FROM {model._meta.db_table}_version WHERE id = %s", [record])
        held = {text.strip() for row in cursor.fetchall() for text in row if text is not None}
    return {text for text in held if len(text) >= TELLING and not is_mask(text)}


def is_mask(text: str) -> bool:
    """Whether a text is what a redaction leaves."""
    return text.startswith(("[redacted", "redacted-")) or set(text) == {"█"}


def _refuse_repeating(texts: Collection[str], *, said: Collection[str]) -> None:
    for text in texts:
        if any(re.search(rf"(?<!\w){re.escape(text)}(?!\w)", words, re.IGNORECASE) for words in said):
            raise RedactionError(
                "The actor, the authority or the reason repeats what is to be removed, and these are public and kept"
                " for ever. Say it in other words."
            )


def _refuse_pointers(model: type[Versioned], record: UUID) -> None:
    pointers = [f"{each.model.resource} {each.id}" for each in pointing_to(model, record, ever=True, parts=False)]
    if pointers:
        more = f" and {len(pointers) - 5} more" if len(pointers) > 5 else ""
        raise RedactionError(
            f"It cannot go as a whole, because other records point to it, or did in the past, and answers about them"
            f" would break: {', '.join(pointers[:5])}{more}. Redact those first, or name the fields of this one that"
            " must go."
        )


def _mask(model: type[Versioned], field: "Field[object, object]", *, record: UUID) -> str | None:
    """What stands in place of a field's value; None for null."""
    if field.primary_key:
        raise RedactionError("The identifier stays, so that the tombstone has something to stand for.")
    if field.null:
        return None
    if isinstance(field, SlugField):
        return f"redacted-{record}"
    if field.name in model.masks:
        return model.masks[field.name]
    is_free = isinstance(field, (CharField, TextField)) and not field.choices and not field.unique
    if is_free and (field.max_length is None or field.max_length >= len(MASK)):
        return MASK
    if is_free and field.blank:
        return ""
    raise RedactionError(f"{field.name} must have a value, and no mask fits it. Redact the whole record.")


def _field(model: type[Versioned], name: str) -> "Field[object, object] | None":
    """The field of a name, also of an earlier one; None when the model has none."""
    today = {old: field.name for field in model._meta.concrete_fields for old in earlier_names(model, field.attname)}
    try:
        field = model._meta.get_field(today.get(name, name))
    except FieldDoesNotExist:
        return None
    if not isinstance(field, Field) or not field.concrete or field.many_to_many:
        raise RedactionError(f"{name} stands in another table. Redact the records there.")
    return field


def _names(model: type[Versioned]) -> list[str]:
    return [field.name for field in model._meta.concrete_fields if not field.primary_key]


def _recorded_in(model: type[Versioned]) -> list[str]:
    """The columns that versions of a model's records have, those of fields it has no more included."""
    with connection.cursor() as cursor:
        table = live_table(cursor, model)
        return [] if table is None else [name for name, _ in recorded_columns(cursor, table) if name != "id"]
