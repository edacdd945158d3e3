"""A number column that keeps every digit as it was given."""

from typing import Any

from django.core.checks import CheckMessage
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper


class ExactDecimalField(models.DecimalField):  # type: ignore[type-arg]  # no subscript at run time
    """Postgres `numeric` without precision or scale: 1.3 stays 1.3 and 1.30 stays 1.30. Holds Python Decimals."""

    def db_check(self, connection: BaseDatabaseWrapper) -> str:
        """Neither NaN, which Postgres takes for greater than any number, nor an infinity."""
        return f"\"{self.column}\" > '-Infinity' AND \"{self.column}\" < 'Infinity'"

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        """Skips what DecimalField asks of digits and places, which this column does not limit."""
        return models.Field.check(self, **kwargs)

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "numeric"
