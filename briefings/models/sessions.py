"""Briefings, and the segments of their transcripts."""

from django.db import models
from django.db.models import F, Q

from briefings.querysets import BriefingQuerySet, SegmentQuerySet
from greenapi.ledger.models import Versioned
from greenapi.ledger.vocabulary import one_of

from .basis import Basis, BasisField, ReasonField, inferred_needs_reason, not_stated_means_null
from .people import Organization, Role, Speaker
from .sources import Document, DocumentVersion


class BriefingKind(models.TextChoices):
    PRESS_CONFERENCE = "press_conference", "Press conference"
    BRIEFING = "briefing", "Briefing"
    ARTICLE = "article", "Newspaper article"


class Briefing(Versioned):
    """An event or article in which facts are stated."""

    resource = "briefings"

    Kind = BriefingKind

    slug = models.SlugField(unique=True, max_length=120, help_text="Stable name used in addresses.")
    title = models.CharField(max_length=400, help_text="What the event was about, in short.")
    kind = models.CharField(max_length=16, choices=Kind.choices, help_text="What sort of event it is.")
    held_on = models.DateField(null=True, blank=True, help_text="Day it was held; null when not known.")
    held_on_basis = BasisField(help_text="Whether a document states the day it was held.")
    held_on_reason = ReasonField(help_text="Why the day was inferred, or what is known of it.")
    place = models.CharField(max_length=120, blank=True, default="", help_text="Where it was held; empty when unknown.")
    is_fiction = models.BooleanField(
        default=False, help_text="True for an invented event that shows how greenapi works."
    )
    note = models.TextField(blank=True, default="", help_text="Remarks in our own words.")
    organizer = models.ForeignKey(
        Organization,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="briefings",
        help_text="Who held it; null when unknown.",
    )

    objects = BriefingQuerySet.as_manager()

    class Meta(Versioned.Meta):
        db_table = "briefing"
        ordering = ("slug",)
        constraints = (
            one_of(field="kind", choices=BriefingKind, name="briefing_kind_known"),
            one_of(field="held_on_basis", choices=Basis, name="briefing_held_on_basis_known"),
            inferred_needs_reason(field="held_on", name="briefing_inferred_date_has_reason"),
            not_stated_means_null(field="held_on", name="briefing_date_matches_basis"),
        )

    def __str__(self) -> str:
        return self.title


class SegmentKind(models.TextChoices):
    QUESTION = "question", "Question"
    ANSWER = "answer", "Answer"
    HANDOVER = "handover", "Handover to another speaker"
    CHAIR = "chair", "Words of the chair"
    NARRATIVE = "narrative", "Narrative"
    CAPTION = "caption", "Caption of a picture"
    CREDITS = "credits", "Credits"
    BOILERPLATE = "boilerplate", "Boilerplate"


class SegmentAttribution(models.TextChoices):
    DIRECT = "direct", "In the speaker's own words"
    INDIRECT = "indirect", "Reported of a named speaker or body"
    GROUP = "group", "Reported of a group"
    DOCUMENT = "document", "Reported of a document"
    MIXED = "mixed", "Partly in the speaker's own words, partly reported"


class Segment(Versioned):
    """A part of a transcript or article: [start, end) in code points of one document version."""

    resource = "segments"

    Kind = SegmentKind
    Attribution = SegmentAttribution

    number = models.PositiveIntegerField(help_text="Position in the document version, from 1.")
    kind = models.CharField(max_length=12, choices=Kind.choices, help_text="What sort of part it is.")
    start = models.PositiveIntegerField(help_text="Offset of the first code point of the words, from 0.")
    end = models.PositiveIntegerField(help_text="Offset after the last code point (exclusive).")
    label = models.CharField(max_length=200, null=True, blank=True, help_text="Label as printed; null when none is.")
    label_start = models.PositiveIntegerField(
        null=True, blank=True, help_text="Offset of the label's first code point."
    )
    label_end = models.PositiveIntegerField(null=True, blank=True, help_text="Offset after the label (exclusive).")
    attribution = models.CharField(
        max_length=8,
        null=True,
        blank=True,
        choices=Attribution.choices,
        help_text="Whose words they are, and how they reach us; null when they are nobody's but the publisher's.",
    )
    stated_on = models.DateField(null=True, blank=True, help_text="Day by which its words had been said in public.")
    stated_on_basis = BasisField(help_text="Whether that day is stated, or inferred from the day of publication.")
    stated_on_reason = ReasonField(help_text="Why the day was inferred.")
    outlet_basis = BasisField(help_text="For a question: whether the page names the outlet that asks.")
    outlet_reason = ReasonField(help_text="What is known of an outlet that the page does not name.")
    cited_work_locator = models.CharField(
        max_length=80, blank=True, default="", help_text="Place in the work cited within, for example `page 27`."
    )
    note = models.TextField(blank=True, default="", help_text="Remarks in our own words.")
    document_version = models.ForeignKey(
        DocumentVersion, on_delete=models.PROTECT, related_name="segments", help_text="The copy it is part of."
    )
    speaker = models.ForeignKey(
        Speaker,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="segments",
        help_text="Who speaks; null when nobody, or nobody named, does.",
    )
    role = models.ForeignKey(
        Role,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="segments",
        help_text="The role in which the speaker speaks; null when no source states it.",
    )
    outlet = models.ForeignKey(
        Organization,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="questions",
        help_text="For a question: the outlet that asks.",
    )
    replies_to = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="replies",
        help_text="The question that a handover or answer replies to.",
    )
    hands_over_to = models.ForeignKey(
        Speaker,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="taken_over",
        help_text="For a handover: who is asked to answer.",
    )
    cited_work = models.ForeignKey(
        Document,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="cited_in_segments",
        help_text="A work that the segment itself cites.",
    )

    objects = SegmentQuerySet.as_manager()

    class Meta(Versioned.Meta):
        db_table = "segment"
        ordering = ("id",)
        indexes = (
            models.Index(fields=("stated_on", "id"), name="segment_stated_on_rising"),
            models.Index(F("stated_on").desc(nulls_last=True), "id", name="segment_stated_on_falling"),
        )
        constraints = (
            one_of(field="kind", choices=SegmentKind, name="segment_kind_known"),
            one_of(field="attribution", choices=SegmentAttribution, name="segment_attribution_known"),
            one_of(field="stated_on_basis", choices=Basis, name="segment_stated_on_basis_known"),
            one_of(field="outlet_basis", choices=Basis, name="segment_outlet_basis_known"),
            models.UniqueConstraint(name="segment_number_unique", fields=("document_version", "number")),
            models.CheckConstraint(name="segment_end_after_start", condition=Q(end__gt=F("start"))),
            models.CheckConstraint(
                name="segment_label_whole",
                condition=Q(label__isnull=True, label_start__isnull=True, label_end__isnull=True)
                | Q(
                    label__isnull=False,
                    label_start__isnull=False,
                    label_end__isnull=False,
                    label_end__gt=F("label_start"),
                ),
            ),
            inferred_needs_reason(field="stated_on", name="segment_inferred_date_has_reason"),
            not_stated_means_null(field="stated_on", name="segment_date_matches_basis"),
            inferred_needs_reason(field="outlet", name="segment_inferred_outlet_has_reason"),
            not_stated_means_null(field="outlet", name="segment_outlet_matches_basis"),
            models.CheckConstraint(
                name="segment_locator_needs_work", condition=Q(cited_work_locator="") | Q(cited_work__isnull=False)
            ),
        )

    def __str__(self) -> str:
        return f"{self.number}. {self.get_kind_display()}{f', {self.label}' if self.label else ''}"
