"""Indexes in the orders that lists are read in, so that a page need not sort all rows."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # as indexes are made while others write

    dependencies = [
        ("briefings", "0006_listings_in_order"),
        ("indicators", "0005_guards_look_in_public"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="commitment",
            index=models.Index(fields=["stated_on", "id"], name="commitment_stated_on_rising"),
        ),
        AddIndexConcurrently(
            model_name="commitment",
            index=models.Index(
                models.OrderBy(models.F("stated_on"), descending=True, nulls_last=True),
                models.F("id"),
                name="commitment_stated_on_falling",
            ),
        ),
        AddIndexConcurrently(
            model_name="commitment",
            index=models.Index(fields=["deadline_on", "id"], name="commitment_deadline_on"),
        ),
        AddIndexConcurrently(
            model_name="observation",
            index=models.Index(fields=["stated_on", "id"], name="observation_stated_on_rising"),
        ),
        AddIndexConcurrently(
            model_name="observation",
            index=models.Index(
                models.OrderBy(models.F("stated_on"), descending=True, nulls_last=True),
                models.F("id"),
                name="observation_stated_on_falling",
            ),
        ),
        AddIndexConcurrently(
            model_name="observation",
            index=models.Index(fields=["value", "id"], name="observation_value"),
        ),
    ]
