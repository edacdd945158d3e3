"""Indexes in the orders that lists are read in, so that a page need not sort all rows."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # as indexes are made while others write

    dependencies = [
        ("briefings", "0005_guards_look_in_public"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="segment",
            index=models.Index(fields=["stated_on", "id"], name="segment_stated_on_rising"),
        ),
        AddIndexConcurrently(
            model_name="segment",
            index=models.Index(
                models.OrderBy(models.F("stated_on"), descending=True, nulls_last=True),
                models.F("id"),
                name="segment_stated_on_falling",
            ),
        ),
    ]
