"""Commitments, the programmes they belong to, and what became of them."""

from django.contrib.postgres.fields import DecimalRangeField
from django.db import models
from django.db.models import Q

from briefings.models import Citation, Organization
from greenapi.ledger.models import Versioned
from greenapi.ledger.vocabulary import one_of
from indicators.querysets import CommitmentEventQuerySet, CommitmentQuerySet, ProgrammeQuerySet

from .definitions import Indicator, Topic, Unit
from .exact import ExactDecimalField
from .facts import Comparator, Part, Reviewed, Statement


class ProgrammeKind(models.TextChoices):
    ACTION_PLAN = "action_plan", "Action plan"
    GUIDELINES = "guidelines", "Guidelines"
    STANDARD = "standard", "Standard or system of standards"
    PILOT = "pilot", "Pilot"
    PLATFORM = "platform", "Platform"
    POLICY = "policy", "Policy or policy system"
    SYSTEM = "system", "System or mechanism"
    CATALOGUE = "catalogue", "Directory or catalogue"
    GOAL = "goal", "National goal"


class Programme(Versioned):
    """An action plan, standard, pilot, platform or policy that commitments belong to."""

    resource = "programmes"

    Kind = ProgrammeKind

    slug = models.SlugField(unique=True, max_length=120, help_text="Stable name used in addresses.")
    name = models.CharField(max_length=200, help_text="Name.")
    kind = models.CharField(max_length=11, choices=Kind.choices, help_text="What sort of undertaking it is.")
    definition = models.TextField(blank=True, default="", help_text="What it is, in our own words.")
    organization = models.ForeignKey(
        Organization,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="programmes",
        help_text="Who issued it or runs it; null when unknown.",
    )

    objects = ProgrammeQuerySet.as_manager()

    class Meta(Versioned.Meta):
        db_table = "programme"
        ordering = ("slug",)
        constraints = (one_of(field="kind", choices=ProgrammeKind, name="programme_kind_known"),)

    def __str__(self) -> str:
        return self.name


class Fulfilment(models.TextChoices):
    """What has become of a commitment. That one is overdue is derived, not recorded."""

    NOT_ASSESSED = "not_assessed", "Not assessed"
    NO_ACTION_FOUND = "no_action_found", "No action found"
    IN_PROGRESS = "in_progress", "In progress"
    PARTLY_KEPT = "partly_kept", "Partly kept"
    KEPT = "kept", "Kept"
    NOT_KEPT = "not_kept", "Not kept"
    SUPERSEDED = "superseded", "Superseded"
    UNVERIFIABLE = "unverifiable", "Unverifiable"


class CommitmentKind(models.TextChoices):
    OUTCOME = "outcome", "A state of the world to be reached"
    INSTRUMENT = "instrument", "A plan, rule, standard, system or body to be made"
    ACTIVITY = "activity", "Something to be done"


class CommitmentSpecificity(models.TextChoices):
    CONCRETE = "concrete", "One can tell whether it was done"
    GENERIC = "generic", "A direction, hard to check"


class CommitmentDeadlineOperator(models.TextChoices):
    BY = "by", "On or before the date"
    BEFORE = "before", "Strictly before the date"
    WITHIN = "within", "Within the span that ends on the date"
    DURING = "during", "During the span that ends on the date"
    NONE = "none", "No deadline"


class CommitmentLegalStatus(models.TextChoices):
    PROPOSED = "proposed", "Proposed"
    DECLARED = "declared", "Declared"
    IN_POLICY = "in_policy", "In a policy document"
    IN_LAW = "in_law", "In law"
    ACHIEVED_SELF_DECLARED = "achieved_self_declared", "Achieved, by own declaration"
    ACHIEVED_VALIDATED = "achieved_validated", "Achieved, validated"


class Commitment(Statement):
    """A prospective, checkable statement of action or outcome."""

    resource = "commitments"

    Kind = CommitmentKind
    Specificity = CommitmentSpecificity
    DeadlineOperator = CommitmentDeadlineOperator
    LegalStatus = CommitmentLegalStatus

    title = models.CharField(max_length=200, help_text="What is pledged, in our own words.")
    kind = models.CharField(max_length=10, choices=Kind.choices, help_text="What sort of thing is pledged.")
    specificity = models.CharField(max_length=8, choices=Specificity.choices, help_text="Whether it can be checked.")
    responsible_words = models.CharField(
        max_length=200, blank=True, default="", help_text="Who is responsible in the source's words, such as `we`."
    )
    target_comparator = models.CharField(
        max_length=8, null=True, blank=True, choices=Comparator.choices, help_text="How the target bounds; else null."
    )
    target_value = ExactDecimalField(null=True, blank=True, help_text="The number aimed at; null when none is stated.")
    target_bounds = DecimalRangeField(null=True, blank=True, help_text="The interval that keeps the pledge; else null.")
    target_words = models.CharField(
        max_length=200, blank=True, default="", help_text="The target in the source's words."
    )
    deadline_operator = models.CharField(
        max_length=6,
        choices=DeadlineOperator.choices,
        default=DeadlineOperator.NONE,
        help_text="How the date limits: `by` 2030 ends with 31 December, `before` 2030 ends as 1 January begins.",
    )
    deadline_on = models.DateField(
        null=True, blank=True, help_text="Last day for by, within, during; first day too late for before; else null."
    )
    deadline_words = models.CharField(
        max_length=120, blank=True, default="", help_text="The deadline in the source's words."
    )
    legal_status = models.CharField(
        max_length=22, choices=LegalStatus.choices, default=LegalStatus.DECLARED, help_text="How binding it is."
    )
    programme = models.ForeignKey(
        Programme,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="commitments",
        help_text="What it belongs to, or brings about.",
    )
    topic = models.ForeignKey(
        Topic,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="commitments",
        help_text="The subject it belongs to.",
    )
    target_indicator = models.ForeignKey(
        Indicator,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="commitments",
        help_text="The indicator its target is about; null when it has none.",
    )
    target_unit = models.ForeignKey(
        Unit,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="commitments",
        help_text="Unit of the target; null when it has none.",
    )

    objects = CommitmentQuerySet.as_manager()

    class Meta(Statement.Meta):
        db_table = "commitment"
        ordering = ("id",)
        indexes = (*Statement.Meta.indexes, models.Index(fields=("deadline_on", "id"), name="commitment_deadline_on"))
        constraints = (
            *Statement.Meta.constraints,
            one_of(field="kind", choices=CommitmentKind, name="commitment_kind_known"),
            one_of(field="specificity", choices=CommitmentSpecificity, name="commitment_specificity_known"),
            one_of(field="target_comparator", choices=Comparator, name="commitment_target_comparator_known"),
            one_of(
                field="deadline_operator", choices=CommitmentDeadlineOperator, name="commitment_deadline_operator_known"
            ),
            one_of(field="legal_status", choices=CommitmentLegalStatus, name="commitment_legal_status_known"),
            models.CheckConstraint(
                name="commitment_deadline_has_date",
                condition=Q(deadline_operator="none", deadline_on__isnull=True)
                | ~Q(deadline_operator="none") & Q(deadline_on__isnull=False),
            ),
            models.CheckConstraint(
                name="commitment_target_whole",
                condition=Q(target_comparator__isnull=True, target_value__isnull=True, target_bounds__isnull=True)
                | Q(
                    target_comparator__isnull=False,
                    target_value__isnull=False,
                    target_bounds__isnull=False,
                    target_bounds__isempty=False,
                    target_unit__isnull=False,
                ),
            ),
        )

    def __str__(self) -> str:
        return self.title


class CommitmentCitation(Versioned):
    """That a citation proves a part of a commitment."""

    resource = "commitment-citations"
    part_of = "commitment"

    part = models.CharField(max_length=8, choices=Part.choices, help_text="The part that the citation proves.")
    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, related_name="cited_parts")
    citation = models.ForeignKey(Citation, on_delete=models.PROTECT, related_name="commitment_parts")

    class Meta(Versioned.Meta):
        db_table = "commitment_citation"
        ordering = ("citation__start", "part", "id")
        constraints = (
            one_of(field="part", choices=Part, name="commitment_citation_part_known"),
            models.UniqueConstraint(name="commitment_citation_unique", fields=("commitment", "part", "citation")),
        )

    def __str__(self) -> str:
        return f"{self.part}: {self.citation}"


class CommitmentEvent(Reviewed):
    """Something that happened to a commitment, with what it says about its fulfilment."""

    resource = "commitment-events"
    part_of = "commitment"

    occurred_on = models.DateField(help_text="Day by which it had happened.")
    fulfilment = models.CharField(
        max_length=15, choices=Fulfilment.choices, help_text="What had become of the pledge by then."
    )
    description = models.TextField(help_text="What happened, and why it says so, in our own words.")
    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, related_name="events")

    objects = CommitmentEventQuerySet.as_manager()

    class Meta(Reviewed.Meta):
        db_table = "commitment_event"
        ordering = ("occurred_on", "id")
        constraints = (
            *Reviewed.Meta.constraints,
            one_of(field="fulfilment", choices=Fulfilment, name="commitment_event_fulfilment_known"),
        )

    def __str__(self) -> str:
        return f"{self.occurred_on}: {self.get_fulfilment_display()}"


class EventCitation(Versioned):
    """That a citation is evidence for an event."""

    resource = "event-citations"
    part_of = "event"

    event = models.ForeignKey(CommitmentEvent, on_delete=models.PROTECT, related_name="evidence")
    citation = models.ForeignKey(Citation, on_delete=models.PROTECT, related_name="event_parts")

    class Meta(Versioned.Meta):
        db_table = "event_citation"
        ordering = ("citation__start", "id")
        constraints = (models.UniqueConstraint(name="event_citation_unique", fields=("event", "citation")),)

    def __str__(self) -> str:
        return str(self.citation)
