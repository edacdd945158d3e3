"""The database holds vocabularies too, not only forms: bulk writes and raw SQL reach the same columns."""

from django.db import models
from django.db.models import Q


def one_of(*, field: str, choices: type[models.TextChoices], name: str) -> models.CheckConstraint:
    """The constraint that a field holds a word of a vocabulary, or null where it may be."""
    return models.CheckConstraint(name=name, condition=Q(**{f"{field}__in": choices.values}))
