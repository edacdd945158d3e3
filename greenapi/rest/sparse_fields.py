"""`fields`: only some members of what is answered."""

from typing import Any

from .members import Members
from .nearest import nearest, repeated
from .problems import INVALID_PARAMETER, FieldError, Problem

FIELDS = "fields"
MOST_FIELDS = 200


def asked_fields(text: str, *, members: Members) -> Members:
    """The members that a comma-separated list of paths names; a member without members of its own is taken whole.

    Raises:
        Problem: invalid-parameter, for a path that leads nowhere: the nearest name is given.
    """
    paths = text.split(",")
    if len(paths) > MOST_FIELDS:
        raise _wrong(f"Give at most {MOST_FIELDS} fields.")
    selected: Members = {}
    for path in paths:
        _take(path.split("."), of=members, into=selected)
    return selected


def only(selected: Members, body: Any) -> Any:
    """What is selected of an object, or of each object of a list, in the order in which it was there."""
    if isinstance(body, list):
        return [only(selected, item) for item in body]
    if not isinstance(body, dict):
        return body
    return {
        name: value if selected[name] is None else only(selected[name], value)
        for name, value in body.items()
        if name in selected
    }


def _take(parts: list[str], *, of: Members, into: Members) -> None:
    name, further = parts[0], parts[1:]
    if name not in of:
        raise _wrong(_unknown(name, known=list(of)))
    if not further:
        into[name] = None
    elif of[name] is None:
        raise _wrong(f"{name} has no fields of its own.")
    elif into.setdefault(name, {}) is not None:
        _take(further, of=of[name], into=into[name])


def _unknown(name: str, *, known: list[str]) -> str:
    meant = nearest(name, known=known)
    hint = f"there is {', '.join(known)}" if meant is None else f"the nearest is {meant}"
    return f"{repeated(name)} is no field here; {hint}."


def _wrong(detail: str) -> Problem:
    return Problem(INVALID_PARAMETER, errors=[FieldError(parameter=FIELDS, detail=detail)])
