"""What every fact has: a state, who submitted and reviewed it, who said it, and on what day."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from briefings.models import Document, Organization, Role, Segment, Speaker
from briefings.models.basis import Basis, BasisField, ReasonField
from greenapi.ledger.models import Versioned
from greenapi.ledger.vocabulary import one_of


class State(models.TextChoices):
    """Where a fact stands between being proposed and being public."""

    DRAFT = "draft", "Draft"
    IN_REVIEW = "in_review", "In review"
    PUBLISHED = "published", "Published"
    WITHDRAWN = "withdrawn", "Withdrawn"


class Comparator(models.TextChoices):
    """How a stated value bounds the true one."""

    EQ = "eq", "exactly"
    APPROX = "approx", "about"
    NEARLY = "nearly", "nearly (from below)"
    GT = "gt", "more than"
    GE = "ge", "at least"
    LT = "lt", "less than"
    LE = "le", "at most"
    BETWEEN = "between", "between"


class Part(models.TextChoices):
    """Which part of a fact a citation proves."""

    VALUE = "value", "Value"
    PERIOD = "period", "Reference period"
    SCOPE = "scope", "Scope"
    BASELINE = "baseline", "Baseline"
    DEADLINE = "deadline", "Deadline"
    WHOLE = "whole", "Whole"


class Reviewed(Versioned):
    """Base of facts: only published ones are public, and whoever submitted one cannot publish it."""

    reviewed = True
    # Two persons stay two.
    masks = {"submitted_by": "[redacted submitter]", "reviewed_by": "[redacted reviewer]"}

    state = models.CharField(
        max_length=10, choices=State.choices, default=State.DRAFT, help_text="Only published facts are public."
    )
    submitted_by = models.TextField(blank=True, default="", help_text="Who submitted the fact for review.")
    reviewed_by = models.TextField(blank=True, default="", help_text="Who reviewed and published it.")

    class Meta(Versioned.Meta):
        abstract = True
        constraints: ClassVar[tuple[models.BaseConstraint, ...]] = (
            models.CheckConstraint(name="%(class)s_state_known", condition=Q(state__in=State.values)),
            models.CheckConstraint(
                name="%(class)s_two_persons",
                condition=Q(state__in=[State.DRAFT, State.IN_REVIEW])
                | Q(submitted_by__regex=r"\S", reviewed_by__regex=r"\S") & ~Q(submitted_by=F("reviewed_by")),
            ),
        )


class StatementAttribution(models.TextChoices):
    DIRECT = "direct", "In the speaker's own words"
    INDIRECT = "indirect", "Reported of a named speaker or body"
    GROUP = "group", "Reported of a group"
    DOCUMENT = "document", "Reported of a document"


class Statement(Reviewed):
    """Base of facts that somebody stated: observations and commitments."""

    Attribution = StatementAttribution

    attribution = models.CharField(
        max_length=8, choices=Attribution.choices, help_text="Whose words they are, and how they reach us."
    )
    stated_on = models.DateField(help_text="Day by which it had been said in public, from its segment.")
    stated_on_basis = BasisField(help_text="Whether that day is stated, or inferred from the day of publication.")
    organization_basis = BasisField(help_text="Whether the source says for whom the speaker speaks, or who is meant.")
    organization_reason = ReasonField(help_text="Why the organization was inferred.")
    cited_work_locator = models.CharField(
        max_length=80, blank=True, default="", help_text="Place in the work cited within, for example `page 27`."
    )
    note = models.TextField(blank=True, default="", help_text="Remarks in our own words.")
    segment = models.ForeignKey(
        Segment, on_delete=models.PROTECT, related_name="%(class)ss", help_text="The part of the source that states it."
    )
    speaker = models.ForeignKey(
        Speaker,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="%(class)ss",
        help_text="The person who states it; null for a group or a document.",
    )
    role = models.ForeignKey(
        Role,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="%(class)ss",
        help_text="The role in which the speaker speaks; null when no source states it.",
    )
    cited_work = models.ForeignKey(
        Document,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="cited_in_%(class)ss",
        help_text="The work from which the source reports it.",
    )
    organization = models.ForeignKey(
        Organization,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="%(class)ss",
        help_text="For an observation the body spoken for, for a commitment the responsible body; null when unknown.",
    )

    class Meta(Reviewed.Meta):
        abstract = True
        indexes: ClassVar[tuple[models.Index, ...]] = (
            models.Index(fields=("stated_on", "id"), name="%(class)s_stated_on_rising"),
            models.Index(F("stated_on").desc(nulls_last=True), "id", name="%(class)s_stated_on_falling"),
        )
        constraints = (
            *Reviewed.Meta.constraints,
            one_of(field="attribution", choices=StatementAttribution, name="%(class)s_attribution_known"),
            one_of(field="stated_on_basis", choices=Basis, name="%(class)s_stated_on_basis_known"),
            one_of(field="organization_basis", choices=Basis, name="%(class)s_organization_basis_known"),
            models.CheckConstraint(
                name="%(class)s_organization_matches_basis",
                condition=Q(organization_basis="not_stated", organization__isnull=True)
                | ~Q(organization_basis="not_stated") & Q(organization__isnull=False),
            ),
            models.CheckConstraint(
                name="%(class)s_inferred_organization_has_reason",
                condition=~Q(organization_basis="inferred") | Q(organization_reason__regex=r"\S"),
            ),
            models.CheckConstraint(
                name="%(class)s_locator_needs_work", condition=Q(cited_work_locator="") | Q(cited_work__isnull=False)
            ),
        )
