"""What the database refused, in words for whoever gave a command."""

from collections.abc import Iterator

from django.db import DatabaseError
from django.db.models import Q
from psycopg import errors

from .tables import versioned_models

CITED = (
    "A published fact keeps a citation of its value or its whole, within its segment. Withdraw the fact first, or"
    " redact it as a whole: its citations go with it."
)
# Rules that triggers hold, by their names; what they say themselves may repeat what is to be removed.
BY_TRIGGER = {
    "citation_exact_is_in_text": (
        "The text of the document version is held, and other words stand there. To redact the citation, redact the text"
        " first: document-texts, by the version's SHA-256, as a whole."
    ),
    "document_text_is_the_version": "A held text is exactly the one its version names: it goes as a whole, or stays.",
    "observation_published_is_cited": CITED,
    "commitment_published_is_cited": CITED,
    "observation_cited_in_its_segment": CITED,
    "commitment_cited_in_its_segment": CITED,
}
FITTING = (
    "Redact them together; or first record the record without the value, which can then go from its older versions; or"
    " redact the whole record."
)


def explain(error: DatabaseError) -> str:
    """One or two sentences about why the database refused what was asked; never a value of a row."""
    cause = error.__cause__
    diagnosis = getattr(cause, "diag", None)
    name = getattr(diagnosis, "constraint_name", None) or ""
    table = getattr(diagnosis, "table_name", None) or "the table"
    match cause:
        case errors.InsufficientPrivilege():
            return "This database role may not do that. Redacting needs the role that owns the tables."
        case errors.LockNotAvailable():
            return "Somebody else holds rows that are needed. Try again in a moment."
        case errors.ForeignKeyViolation():
            return f"{table.capitalize()} would point to a record that is not there ({name})."
        case errors.UniqueViolation():
            return f"There is another record with the same values in {table} ({name})."
        case errors.NotNullViolation():
            column = getattr(diagnosis, "column_name", None)
            return f"{column} in {table} needs a value, and nothing is recorded of it there."
        case errors.CheckViolation() if name in BY_TRIGGER:
            return BY_TRIGGER[name]
        case errors.CheckViolation():
            bound = " and ".join(_bound(name))
            return f"{bound or 'The values'} would not fit together any more ({name}). {FITTING}"
        case _:
            said = str(getattr(diagnosis, "message_primary", None) or error).strip()
            return f"{said[:1].upper()}{said[1:]}."


def _bound(name: str) -> list[str]:
    """The fields that a constraint of a model binds together."""
    for model in versioned_models():
        for constraint in model._meta.constraints:
            condition = getattr(constraint, "condition", None)
            if constraint.name == name and isinstance(condition, Q):
                return sorted(set(fields_of(condition)))
    return []


def fields_of(condition: Q) -> Iterator[str]:
    """The fields that a condition is about, each as often as it names them."""
    for child in condition.children:
        if isinstance(child, Q):
            yield from fields_of(child)
        elif isinstance(child, tuple):
            yield child[0].split("__")[0]
