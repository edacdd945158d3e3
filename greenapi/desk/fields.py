"""Form fields that give back what was meant: lines, numbers with all their digits, intervals with their ends."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.backends.postgresql.psycopg_any import NumericRange

_NUMBER = r"-?[0-9]{1,1000}(?:\.[0-9]{1,1000})?"
_EXACT = re.compile(_NUMBER)
_INTERVAL = re.compile(rf"([\[(])\s*({_NUMBER})?\s*,\s*({_NUMBER})?\s*([\])])")


class LinesField(forms.CharField):
    r"""A text of several lines. Browsers send every line's end as \r\n; here it is \n."""

    def to_python(self, value: Any) -> str | None:
        text = super().to_python(value)
        return text.replace("\r\n", "\n") if text else text

    def has_changed(self, initial: Any, data: Any) -> bool:
        return (initial or "").replace("\r\n", "\n") != (self.to_python(data) or "")


class ExactDecimalField(forms.DecimalField):
    """A decimal number with exactly the digits typed: 1.30 is not 1.3. Plain digits only, no separators."""

    default_error_messages = {"invalid": "Give a plain number with a point, such as 20000 or 1.30."}

    def __init__(self, **kwargs: Any) -> None:
        kwargs["widget"] = forms.TextInput(attrs={"inputmode": "decimal", "size": 20})
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        if value in self.empty_values:
            return None
        if not _EXACT.fullmatch(str(value).strip()):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return Decimal(str(value).strip())

    def prepare_value(self, value: Any) -> Any:
        return f"{value:f}" if isinstance(value, Decimal) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return (self.prepare_value(initial) or "") != (data or "").strip()


class IntervalField(forms.CharField):
    """An interval of numbers as it is written: [0, 100] with its ends, (0, 100) without; an open end is left out."""

    default_error_messages = {"invalid": "Give an interval such as [0, 100], or [0, ) without an upper end."}

    def __init__(self, *, default_bounds: str = "[)", **kwargs: Any) -> None:
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        found = _INTERVAL.fullmatch(text)
        if found is None:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        first, low, high, last = found.groups()
        lower, upper = (None if end is None else Decimal(end) for end in (low, high))
        if lower is not None and upper is not None and (lower > upper or lower == upper and first + last != "[]"):
            raise ValidationError("No number lies in this interval.", code="empty")
        return NumericRange(lower, upper, ("(" if lower is None else first) + (")" if upper is None else last))

    def prepare_value(self, value: Any) -> Any:
        return interval_text(value) if isinstance(value, NumericRange) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(str(initial or "") != str(self.to_python(data) or ""))


def interval_text(interval: NumericRange | None) -> str:
    """An interval as it is written: `(20, 100]`, `[0, )`; a dash when there is none."""
    if interval is None:
        return "–"
    lower, upper = ("" if end is None else f"{end:f}" for end in (interval.lower, interval.upper))
    return f"{'[' if interval.lower_inc else '('}{lower}, {upper}{']' if interval.upper_inc else ')'}"
