"""On what a recorded value rests: the source's own words, an inference with a reason, or nothing."""

from typing import Any

from django.db import models
from django.db.models import Q


class Basis(models.TextChoices):
    """Whether the source gives a value, we inferred it, or it stays unknown."""

    STATED = "stated", "Stated by the source"
    INFERRED = "inferred", "Inferred, with a reason"
    NOT_STATED = "not_stated", "Not stated"


class BasisField(models.CharField):  # type: ignore[type-arg]  # no subscript at run time
    """The basis of another field's value; `not_stated` unless given."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("choices", Basis.choices)
        kwargs.setdefault("default", Basis.NOT_STATED)
        kwargs.setdefault("max_length", 12)
        super().__init__(*args, **kwargs)


class ReasonField(models.TextField):  # type: ignore[type-arg]  # no subscript at run time
    """Why a value was inferred, or what is known about a value that is not stated; empty when the source states it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("blank", True)
        kwargs.setdefault("default", "")
        super().__init__(*args, **kwargs)


def inferred_needs_reason(*, field: str, name: str) -> models.CheckConstraint:
    """The constraint that `<field>_basis` is inferred only with a `<field>_reason`."""
    return models.CheckConstraint(
        name=name, condition=~Q(**{f"{field}_basis": Basis.INFERRED}) | Q(**{f"{field}_reason__regex": r"\S"})
    )


def not_stated_means_null(*, field: str, name: str) -> models.CheckConstraint:
    """The constraint that `<field>` is null exactly when its basis is `not_stated`."""
    return models.CheckConstraint(
        name=name,
        condition=Q(**{f"{field}_basis": Basis.NOT_STATED, f"{field}__isnull": True})
        | (~Q(**{f"{field}_basis": Basis.NOT_STATED}) & Q(**{f"{field}__isnull": False})),
    )
