"""What every address understands besides its filters, and the refusal of what it does not."""

import re
from collections.abc import Collection, Iterable

from django.http import QueryDict

from greenapi.ledger.reading import MAX_NUMBER, FutureRevisionError, revision_at

from .moments import MomentError, parse_day, parse_moment
from .nearest import MAX_SHOWN, nearest, repeated
from .paths import API_PREFIX
from .problems import INVALID_AS_OF, INVALID_PARAMETER, UNKNOWN_PARAMETER, FieldError, Problem

AS_OF = "as_of"
# Every address knows it: how the answer is written.
FORMAT = "format"

_NUMBER = re.compile(r"[0-9]+")
DOCS = f"{API_PREFIX}/docs"


def refuse_unknown(query: QueryDict, *, known: Iterable[str]) -> None:
    """Refuses parameters that are not known, or given twice.

    Raises:
        Problem: unknown-parameter, naming the nearest known one; or invalid-parameter.
    """
    names = sorted({*known, FORMAT})
    unknown = [name for name in query if name not in names]
    if unknown:
        raise Problem(UNKNOWN_PARAMETER, errors=[_unknown(name, known=names) for name in unknown])
    twice = [name for name in query if len(query.getlist(name)) > 1]
    if twice:
        raise Problem(
            INVALID_PARAMETER,
            errors=[FieldError(parameter=name, detail="It is given more than once.") for name in twice],
        )


def whole_number(query: QueryDict, name: str, *, lowest: int, highest: int, default: int) -> int:
    """The whole number that a parameter gives, both ends included; `default` when it is not there.

    Raises:
        Problem: invalid-parameter.
    """
    text = query.get(name)
    if text is None:
        return default
    if _NUMBER.fullmatch(text) and len(text) <= len(str(highest)) and lowest <= int(text) <= highest:
        return int(text)
    detail = f"Give a whole number from {lowest} to {highest}."
    raise Problem(INVALID_PARAMETER, errors=[FieldError(parameter=name, detail=detail)])


def truth(query: QueryDict, name: str) -> bool:
    """Whether a parameter says `true`; False when it is not there.

    Raises:
        Problem: invalid-parameter.
    """
    text = query.get(name, "false")
    if text not in {"true", "false"}:
        raise Problem(INVALID_PARAMETER, errors=[FieldError(parameter=name, detail="Give true or false.")])
    return bool(text == "true")


def words(query: QueryDict, name: str, *, known: Collection[str]) -> set[str] | None:
    """The words that `name` (one) and `name__in` (separated by commas) leave; None when neither is there.

    Raises:
        Problem: invalid-parameter, for a word that is not known.
    """
    given = {
        parameter: set(str(query[parameter]).split(",")) if parameter != name else {str(query[parameter])}
        for parameter in (name, f"{name}__in")
        if parameter in query
    }
    wrong = [parameter for parameter, found in given.items() if not found <= set(known)]
    if wrong:
        detail = f"Give one of {', '.join(sorted(known))}."
        raise Problem(INVALID_PARAMETER, errors=[FieldError(parameter=parameter, detail=detail) for parameter in wrong])
    return set.intersection(*given.values()) if given else None


def as_of_number(text: str | None) -> int | None:
    """The number of the revision that an `as_of` names; None when there is no `as_of`.

    A number, an RFC 3339 time with offset, or a date, which means its end in UTC.

    Raises:
        Problem: invalid-as-of for anything else; a time without offset included.
        FutureRevisionError: the revision or moment has not come yet.
    """
    if text is None:
        return None
    if _NUMBER.fullmatch(text):
        digits = text.lstrip("0") or "0"
        if len(digits) > len(str(MAX_NUMBER)) or int(digits) > MAX_NUMBER:
            raise FutureRevisionError("there is no revision of that number")
        return int(digits)
    try:
        return revision_at(parse_moment(text) if "T" in text.upper() else parse_day(text))
    except MomentError as error:
        raise Problem(INVALID_AS_OF, f"{error} A revision's number would do, too.") from error


def _unknown(name: str, *, known: list[str]) -> FieldError:
    meant = nearest(name, known=known)
    hint = f"{DOCS} lists what is" if meant is None else f"the nearest is {meant}"
    return FieldError(parameter=name[:MAX_SHOWN], detail=f"{repeated(name)} is not known here; {hint}.")
