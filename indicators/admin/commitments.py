"""The desk of commitments, and of what became of them."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import admin
from django.http import HttpRequest

from greenapi.desk.fields import interval_text
from greenapi.desk.records import LinkInline, Links, ReadOnlyAdmin
from greenapi.ledger.models import Versioned
from indicators import changes
from indicators.models import Commitment, CommitmentCitation, CommitmentEvent, EventCitation

from .facts import STATE_FIELDS, WHO_FIELDS, FactAdmin
from .observations import in_words

if TYPE_CHECKING:
    _TabularInline = admin.TabularInline[Any, Any]
else:
    _TabularInline = admin.TabularInline


class CitedPartInline(LinkInline):
    model = CommitmentCitation
    verbose_name = "citation"
    verbose_name_plural = "citations, by the part that each proves"
    fields = ("part", "citation")
    autocomplete_fields = ("citation",)
    related = ("citation__document_version__document",)


class EventInline(_TabularInline):
    """What became of the commitment. Each event is a fact of its own, added and edited on its own page."""

    model = CommitmentEvent
    fields = ("occurred_on", "fulfilment", "description", "state")
    readonly_fields = fields
    extra = 0
    max_num = 0
    can_delete = False
    show_change_link = True
    verbose_name_plural = "events"

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Commitment)
class CommitmentAdmin(FactAdmin):
    list_display = (
        "title", "target_shown", "deadline_shown", "state", "stated_on", "organization", "speaker",
    )  # fmt: skip
    list_filter = (
        "state",
        "kind",
        "specificity",
        "deadline_operator",
        "legal_status",
        ("segment__document_version__document", admin.RelatedOnlyFieldListFilter),
        ("topic", admin.RelatedOnlyFieldListFilter),
        ("speaker", admin.RelatedOnlyFieldListFilter),
    )
    search_fields = ("title", "target_words", "deadline_words", "programme__name", "speaker__name", "note")
    date_hierarchy = "stated_on"
    ordering = ("-stated_on", "title", "id")
    autocomplete_fields = (
        "programme", "topic", "target_indicator", "target_unit",
        "segment", "speaker", "role", "organization", "cited_work",
    )  # fmt: skip
    related = (
        "programme",
        "topic",
        "target_indicator",
        "target_unit",
        "segment__document_version__document",
        "speaker",
        "role__speaker",
        "role__organization",
        "organization",
    )
    inlines = (CitedPartInline, EventInline)
    readonly_fields = (*STATE_FIELDS, "target_bounds_shown", "stated_on", "stated_on_basis")
    as_printed = ("responsible_words", "target_words", "deadline_words", "cited_work_locator")
    fieldsets = (
        ("What is pledged", {"fields": ("title", "kind", "specificity", "legal_status", "programme", "topic")}),
        ("Where and by whom", {"fields": ("segment", *WHO_FIELDS, "responsible_words",
                                          ("stated_on", "stated_on_basis"))}),
        ("Target", {"fields": ("target_indicator", "target_comparator", ("target_value", "target_unit"), "target_words",
                               "target_bounds_shown")}),
        ("Deadline", {"fields": ("deadline_operator", "deadline_on", "deadline_words")}),
        ("Our own", {"fields": ("note", *STATE_FIELDS)}),
    )  # fmt: skip

    def record(self, *, id: UUID, values: dict[str, Any], links: Links, form: Any, by: str) -> Versioned:
        parts = [(row["part"], row["citation"]) for row in links[CommitmentCitation]]
        return changes.edit_commitment(id=id, by=by, parts=parts, **values)

    def choice_label(self, record: Any) -> str:
        return f"{record} ({record.stated_on})"

    @admin.display(description="Target")
    def target_shown(self, commitment: Commitment) -> str:
        if commitment.target_comparator is None or commitment.target_value is None or commitment.target_unit is None:
            return commitment.target_words or "–"
        return in_words(commitment.target_comparator, value=commitment.target_value, unit=commitment.target_unit)

    @admin.display(description="Deadline", ordering="deadline_on")
    def deadline_shown(self, commitment: Commitment) -> str:
        if commitment.deadline_on is None:
            return "–"
        return f"{commitment.deadline_operator} {commitment.deadline_on}"

    @admin.display(description="Bounds")
    def target_bounds_shown(self, commitment: Commitment) -> str:
        """The interval that keeps the pledge; computed when it is saved."""
        return interval_text(commitment.target_bounds)


@admin.register(CommitmentCitation)
class CommitmentCitationAdmin(ReadOnlyAdmin):
    """Changed on the page of the commitment."""

    list_display = ("commitment", "part", "citation")
    list_filter = ("part",)
    search_fields = ("commitment__title", "citation__exact")
    ordering = ("commitment__title", "part", "id")
    related = ("commitment", "citation")
    fields = ("commitment", "part", "citation")


class EvidenceInline(LinkInline):
    model = EventCitation
    verbose_name = "citation"
    verbose_name_plural = "evidence"
    fields = ("citation",)
    autocomplete_fields = ("citation",)
    related = ("citation__document_version__document",)


@admin.register(CommitmentEvent)
class CommitmentEventAdmin(FactAdmin):
    list_display = ("commitment", "occurred_on", "fulfilment", "description", "state")
    list_filter = ("state", "fulfilment")
    search_fields = ("commitment__title", "description")
    date_hierarchy = "occurred_on"
    ordering = ("-occurred_on", "id")
    autocomplete_fields = ("commitment",)
    related = ("commitment",)
    inlines = (EvidenceInline,)
    fieldsets = (
        (None, {"fields": ("commitment", "occurred_on", "fulfilment", "description")}),
        ("Our own", {"fields": STATE_FIELDS}),
    )

    def record(self, *, id: UUID, values: dict[str, Any], links: Links, form: Any, by: str) -> Versioned:
        citations = [row["citation"] for row in links[EventCitation]]
        return changes.edit_event(id=id, by=by, citations=citations, **values)


@admin.register(EventCitation)
class EventCitationAdmin(ReadOnlyAdmin):
    """Changed on the page of the event."""

    list_display = ("event", "citation")
    search_fields = ("event__commitment__title", "citation__exact")
    related = ("event", "citation")
    fields = ("event", "citation")
