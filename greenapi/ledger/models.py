"""The ledger's own tables, and the base of every model whose changes it records."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from .identifiers import uuid7


class ChangeClass(models.TextChoices):
    """Why a revision was made, in one word."""

    ENRICHMENT = "enrichment", "Enrichment: something known was added"
    SOURCE_REVISED = "source_revised", "Source revised: the source itself now says something else"
    OUR_CORRECTION = "our_correction", "Our correction: we had recorded the source wrongly"
    REINTERPRETATION = "reinterpretation", "Reinterpretation: same words, understood differently"
    RETRACTION = "retraction", "Retraction: a fact was withdrawn"
    MERGE = "merge", "Merge: two records became one"
    REDACTION = "redaction", "Redaction: something had to be removed"


class LedgerHead(models.Model):
    """The single row that names the newest revision; its row lock is the write lock of the whole database.

    Two further columns are not mapped: `writer` (xid8) names the transaction that opened the newest revision, and
    `changed` tells whether it changed anything.
    """

    ledger_id = models.UUIDField(help_text="Identity of this ledger; a restored or forked copy keeps it.")
    number = models.BigIntegerField(help_text="Number of the newest revision; 0 before the first.")
    closed_at = models.DateTimeField(help_text="No revision to come will be recorded at or before this moment.")

    class Meta:
        db_table = "ledger_head"
        default_permissions = ()


class Revision(models.Model):
    """One atomic set of changes. Numbers are gapless and in commit order; `recorded_at` strictly increases."""

    number = models.BigIntegerField(primary_key=True, help_text="Position in the ledger, from 1, without gaps.")
    recorded_at = models.DateTimeField(unique=True, help_text="When the revision was recorded (UTC).")
    actor = models.TextField(help_text="Who made the change.")
    reason = models.TextField(help_text="Why the change was made.")
    change_class = models.TextField(choices=ChangeClass.choices, help_text="What sort of change it is.")
    rows_hash = models.BinaryField(
        null=True, help_text="SHA-256 over the hashes of the rows it changed; null until it is committed."
    )
    hash = models.BinaryField(
        null=True, help_text="SHA-256 that seals it and all revisions before it; null until it is committed."
    )

    class Meta:
        db_table = "ledger_revision"
        ordering = ("number",)
        default_permissions = ("view",)
        constraints = (
            models.CheckConstraint(name="ledger_revision_number_positive", condition=Q(number__gt=0)),
            models.CheckConstraint(name="ledger_revision_actor_given", condition=Q(actor__regex=r"\S")),
            models.CheckConstraint(name="ledger_revision_reason_given", condition=Q(reason__regex=r"\S")),
            models.CheckConstraint(
                name="ledger_revision_change_class_known", condition=Q(change_class__in=ChangeClass.values)
            ),
        )

    def __str__(self) -> str:
        return f"revision {self.number}"


class Versioned(models.Model):
    """Base of every model whose changes the ledger records. The id is a UUID and never changes."""

    # What the API calls the table in its feed.
    resource: ClassVar[str]
    # The link to the record that a row is a part of, and with which it becomes public.
    part_of: ClassVar[str | None] = None
    # Only rows whose state is `published` are public.
    reviewed: ClassVar[bool] = False
    # Never shown in the feed.
    private: ClassVar[bool] = False
    # What stands in place of fields that are redacted, where the usual mask does not fit. A single character stands as
    # often as there were characters.
    masks: ClassVar[Mapping[str, str]] = MappingProxyType({})
    # Columns that have another name now, each with the one it had: migrations rename the column of the live table only.
    renamed_columns: ClassVar[Mapping[str, str]] = MappingProxyType({})

    id = models.UUIDField(primary_key=True, editable=False, help_text="Stable identifier (UUID version 7).")

    class Meta:
        abstract = True
        default_permissions = ("view", "add", "change")

    def save(self, *args: object, **kwargs: object) -> None:
        """Gives a new record its UUID (version 7) unless it has one, then saves.

        Raises django.db.Error when no revision is open: the database refuses the write.
        """
        if self.id is None:
            self.id = uuid7()
        super().save(*args, **kwargs)  # type: ignore[arg-type]


class Redaction(Versioned):
    """A tombstone: that values of a record were removed for good, by which revision, on whose authority and why.

    Made by the database function `ledger_redact` only, and never changed.
    """

    resource = "redactions"

    revision = models.BigIntegerField(help_text="Number of the revision that removed the values.")
    table_name = models.TextField(help_text="Table of the record.")
    record_id = models.UUIDField(help_text="Identifier of the record.")
    fields = ArrayField(
        models.TextField(), default=list, help_text="The fields that were blanked; none when the whole record went."
    )
    authority = models.TextField(help_text="On whose authority they were removed, such as a court order.")
    reason = models.TextField(help_text="Why they were removed.")
    remains = models.BinaryField(
        null=True, help_text="SHA-256 of what was left of the versions it blanked, so that they stay verifiable."
    )

    class Meta(Versioned.Meta):
        db_table = "ledger_redaction"
        ordering = ("revision", "id")
        default_permissions = ("view",)  # type: ignore[assignment]  # narrower than that of the base
        constraints = (
            models.CheckConstraint(name="ledger_redaction_authority_given", condition=Q(authority__regex=r"\S")),
            models.CheckConstraint(name="ledger_redaction_reason_given", condition=Q(reason__regex=r"\S")),
        )
        indexes = (models.Index(name="ledger_redaction_record", fields=("table_name", "record_id")),)

    def __str__(self) -> str:
        return f"redaction in revision {self.revision}"
