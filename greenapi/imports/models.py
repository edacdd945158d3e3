"""What is kept of an import: what was sent, how far it is, what became of each row. Nothing of it is the ledger's."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from greenapi.access.models import Token
from greenapi.ledger.identifiers import uuid7
from greenapi.ledger.models import ChangeClass


class State(models.TextChoices):
    """How an import stands; the last three are ends."""

    QUEUED = "queued", "Waits for a worker"
    RUNNING = "running", "A worker is at it, or was when it ended by force; another takes it up then"
    DONE = "done", "All rows were looked at; those that were refused are left out"
    FAILED = "failed", "It could not be done; `detail` says why, and what was recorded of it"
    CANCELLED = "cancelled", "It was cancelled; what was recorded by then stays"


OPEN = (State.QUEUED, State.RUNNING)


class Mode(models.TextChoices):
    """What becomes of good rows when others are bad."""

    ALL = "all", "All rows in one revision, or none"
    ROWS = "rows", "The good rows, in revisions of some rows each"


class Outcome(models.TextChoices):
    """What became of a row."""

    ADDED = "added", "A record was made"
    CHANGED = "changed", "A record was changed"
    UNCHANGED = "unchanged", "The record is already as the row says"
    REFUSED = "refused", "Nothing was recorded; `errors` say why"


class Import(models.Model):
    """One import. The mark `at_byte` is moved in the very transaction that records the rows before it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    token = models.ForeignKey(Token, null=True, on_delete=models.SET_NULL, related_name="+")
    resource = models.CharField(max_length=40)
    media_type = models.CharField(max_length=40)
    mode = models.CharField(max_length=4, choices=Mode.choices)
    reason = models.TextField()
    change_class = models.CharField(max_length=20, choices=ChangeClass.choices)
    submit = models.BooleanField(default=False, help_text="Whether facts are handed in for review.")
    dry_run = models.BooleanField(default=False, help_text="Whether all is undone at the end.")
    guarded = models.BooleanField(default=False, help_text="Whether texts of CSV are guarded against formulas.")
    size = models.BigIntegerField(help_text="Bytes of the rows, inflated.")
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True, db_index=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.QUEUED)
    detail = models.TextField(default="", blank=True, help_text="Why it failed.")
    attempts = models.PositiveSmallIntegerField(default=0, help_text="How often it was taken up since its last mark.")
    at_byte = models.BigIntegerField(default=0, help_text="All rows before this byte are done.")
    at_line = models.IntegerField(default=0, help_text="How many lines lie before it.")
    added = models.IntegerField(default=0)
    changed = models.IntegerField(default=0)
    unchanged = models.IntegerField(default=0)
    refused = models.IntegerField(default=0)
    first_revision = models.BigIntegerField(null=True)
    last_revision = models.BigIntegerField(null=True)

    class Meta:
        db_table = "bulk_import"
        default_permissions = ()
        indexes = (
            models.Index(fields=("user", "-id"), name="bulk_import_of_user"),
            models.Index(fields=("created_at",), condition=Q(state__in=OPEN), name="bulk_import_open"),
        )
        constraints = (
            models.CheckConstraint(name="bulk_import_state_known", condition=Q(state__in=State.values)),
            models.CheckConstraint(name="bulk_import_mode_known", condition=Q(mode__in=Mode.values)),
        )

    def __str__(self) -> str:
        return f"import {self.id} of {self.resource}"


class Piece(models.Model):
    """A stretch of what was sent, inflated: the `number`th of equal length, from 0; taken away when all is done."""

    of = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="pieces")
    number = models.IntegerField()
    content = models.BinaryField()

    class Meta:
        db_table = "bulk_import_piece"
        default_permissions = ()
        constraints = (models.UniqueConstraint(name="bulk_import_piece_unique", fields=("of", "number")),)

    def __str__(self) -> str:
        return f"piece {self.number} of {self.of_id}"


class ImportedRow(models.Model):
    """What became of the row that begins in a line, counted from 1."""

    of = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="rows")
    line = models.IntegerField()
    outcome = models.CharField(max_length=9, choices=Outcome.choices)
    key = models.TextField(null=True)
    errors = models.JSONField(default=list)

    class Meta:
        db_table = "bulk_import_row"
        default_permissions = ()
        constraints = (models.UniqueConstraint(name="bulk_import_row_unique", fields=("of", "line")),)

    def __str__(self) -> str:
        return f"line {self.line} of {self.of_id}: {self.outcome}"


class Progress(models.Model):
    """How far a running import is, written beside its own transaction, so that others see it while it runs."""

    of = models.OneToOneField(Import, primary_key=True, on_delete=models.CASCADE, related_name="progress")
    stage = models.CharField(max_length=9)
    at_byte = models.BigIntegerField()
    read = models.IntegerField()
    done = models.IntegerField()
    refused = models.IntegerField()

    class Meta:
        db_table = "bulk_import_progress"
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.of_id}: {self.stage}, {self.done} of {self.read}"
