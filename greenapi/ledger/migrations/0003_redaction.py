"""The tombstones of redactions."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_functions")]
    operations = [
        migrations.CreateModel(
            name="Redaction",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        editable=False,
                        help_text="Stable identifier (UUID version 7).",
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("revision", models.BigIntegerField(help_text="Number of the revision that removed the values.")),
                ("table_name", models.TextField(help_text="Table of the record.")),
                ("record_id", models.UUIDField(help_text="Identifier of the record.")),
                (
                    "fields",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(),
                        default=list,
                        help_text="The fields that were blanked; none when the whole record went.",
                        size=None,
                    ),
                ),
                (
                    "authority",
                    models.TextField(help_text="On whose authority they were removed, such as a court order."),
                ),
                ("reason", models.TextField(help_text="Why they were removed.")),
                (
                    "remains",
                    models.BinaryField(
                        help_text="SHA-256 of what was left of the versions it blanked, so that they stay verifiable.",
                        null=True,
                    ),
                ),
            ],
            options={
                "db_table": "ledger_redaction",
                "ordering": ("revision", "id"),
                "abstract": False,
                "default_permissions": ("view",),
                "indexes": [models.Index(fields=["table_name", "record_id"], name="ledger_redaction_record")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("authority__regex", "\\S")), name="ledger_redaction_authority_given"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason__regex", "\\S")), name="ledger_redaction_reason_given"
                    ),
                ],
            },
        ),
    ]
