"""What the database, or a verb, refused to record, as problems that name the place in the body."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError, DataError, IntegrityError
from psycopg import errors

from greenapi.ledger.recording import RecordError
from greenapi.ledger.rules import GENERATED, is_told, rule

from .inputs import InputSerializer
from .problems import ALREADY_THERE, RULE_BROKEN, WRONG_STATE, FieldError, Problem

# What a rule of the database says may repeat words of a text; of more than this much of it nobody has use.
MAX_TOLD = 500
# How Postgres names the columns of a key that is taken, or that leads nowhere.
_KEY = re.compile(r"Key \(([^)]+)\)=")


@contextmanager
def refusals_as_problems(kind: type[InputSerializer]) -> Iterator[None]:
    """Runs a revision, and says in problems what was refused in it.

    Raises:
        Problem: already-there, wrong-state or rule-broken.
    """
    try:
        yield
    except RecordError as error:
        raise _broken(error.message, pointer=kind.place_of(error.field)) from error
    except kind.state_errors as error:
        raise Problem(WRONG_STATE, sentence(str(error))) from error
    except kind.value_errors as error:
        raise _broken(str(error), pointer=kind.place_of(type(error).__name__)) from error
    except (IntegrityError, DataError) as error:
        raise _of_database(error, kind=kind) from error


def sentence(words: str) -> str:
    """Words as a sentence."""
    shown = words if len(words) <= MAX_TOLD else f"{words[:MAX_TOLD]}…"
    return f"{shown[:1].upper()}{shown[1:]}{'' if shown.endswith(('.', '…')) else '.'}"


def _broken(words: str, *, pointer: str) -> Problem:
    return Problem(RULE_BROKEN, errors=[FieldError(pointer=pointer, detail=sentence(words))])


def _of_database(error: DatabaseError, *, kind: type[InputSerializer]) -> Problem:
    diagnosis = getattr(error.__cause__, "diag", None)
    name = getattr(diagnosis, "constraint_name", None) or ""
    said = getattr(diagnosis, "message_primary", None) or str(error)
    key = _KEY.search(getattr(diagnosis, "message_detail", None) or "")
    columns = [column.strip().strip('"').removesuffix("_id") for column in key[1].split(",")] if key else []
    found = rule(name, words=kind.words)
    pointer = next(
        (
            place
            for field in (name, found.field, *columns, *found.fields, getattr(diagnosis, "column_name", None))
            if field and (place := kind.place_of(field))
        ),
        "",
    )
    match error.__cause__:
        case errors.UniqueViolation():
            taken = FieldError(pointer=pointer, detail=found.words)
            return Problem(ALREADY_THERE, errors=[taken])
        case errors.ForeignKeyViolation():
            return _broken("That record was taken away meanwhile.", pointer=pointer)
        case _ if is_told(name, words=kind.words) or GENERATED.match(said):
            return _broken(found.words, pointer=pointer)
        case _:
            return _broken(said, pointer=pointer)
