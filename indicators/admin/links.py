"""The desk of claim links: how one fact bears on another."""

from typing import Any
from uuid import UUID

from django.contrib import admin

from greenapi.desk.records import Links
from greenapi.ledger.models import Versioned
from indicators import changes
from indicators.models import ClaimLink

from .facts import STATE_FIELDS, FactAdmin

ENDS = ("source_observation", "source_commitment", "target_observation", "target_commitment")


@admin.register(ClaimLink)
class ClaimLinkAdmin(FactAdmin):
    list_display = ("source", "relation", "target", "note", "state")
    list_filter = ("state", "relation")
    search_fields = (
        "note",
        "source_observation__value_printed",
        "source_observation__indicator__name",
        "source_commitment__title",
        "target_observation__value_printed",
        "target_observation__indicator__name",
        "target_commitment__title",
    )
    autocomplete_fields = ENDS
    related = (
        "source_observation__indicator", "source_commitment", "target_observation__indicator", "target_commitment",
    )  # fmt: skip
    fieldsets = (
        ("This fact", {"fields": ("source_observation", "source_commitment"), "description": "One of the two."}),
        (None, {"fields": ("relation",)}),
        ("that fact", {"fields": ("target_observation", "target_commitment"), "description": "One of the two."}),
        ("Our own", {"fields": ("note", *STATE_FIELDS)}),
    )

    def record(self, *, id: UUID, values: dict[str, Any], links: Links, form: Any, by: str) -> Versioned:
        return changes.edit_claim_link(id=id, by=by, **values)

    @admin.display(description="This fact")
    def source(self, link: ClaimLink) -> str:
        return _stated(link.source_observation or link.source_commitment)

    @admin.display(description="That fact")
    def target(self, link: ClaimLink) -> str:
        return _stated(link.target_observation or link.target_commitment)


def _stated(fact: Any) -> str:
    return f"{fact} ({fact.stated_on})"
