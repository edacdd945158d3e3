"""The desk of the vocabulary: units, topics, scopes, periods, programmes and indicators."""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest

from greenapi.desk.fields import interval_text
from greenapi.desk.records import LinkInline, Links, ReadOnlyAdmin, RecordAdmin
from greenapi.ledger.models import Versioned
from indicators import changes
from indicators.models import Indicator, IndicatorTopic, Period, Programme, Scope, Topic, Unit


class TermAdmin(RecordAdmin):
    """A term of the vocabulary."""

    def record(self, *, id: UUID, values: dict[str, Any], links: Links, form: Any, by: str) -> Versioned:
        term: Versioned = changes.record_one(self.model, id=id, **values)
        return term


@admin.register(Unit)
class UnitAdmin(TermAdmin):
    list_display = ("name", "symbol", "quantity", "slug")
    list_filter = ("quantity",)
    search_fields = ("name", "symbol", "slug")
    prepopulated_fields = {"slug": ("name",)}
    fieldsets = ((None, {"fields": ("name", "slug", "symbol", "quantity", "definition")}),)

    def choice_label(self, record: Any) -> str:
        return f"{record.name} ({record.symbol})" if record.symbol else record.name


@admin.register(Topic)
class TopicAdmin(TermAdmin):
    list_display = ("name", "parent", "slug")
    list_filter = (("parent", admin.RelatedOnlyFieldListFilter),)
    search_fields = ("name", "slug")
    autocomplete_fields = ("parent",)
    prepopulated_fields = {"slug": ("name",)}
    related = ("parent",)
    fieldsets = ((None, {"fields": ("name", "slug", "parent", "definition")}),)


@admin.register(Scope)
class ScopeAdmin(TermAdmin):
    list_display = ("name", "broader", "slug")
    list_filter = (("broader", admin.RelatedOnlyFieldListFilter),)
    search_fields = ("name", "slug")
    autocomplete_fields = ("broader",)
    prepopulated_fields = {"slug": ("name",)}
    related = ("broader",)
    fieldsets = ((None, {"fields": ("name", "slug", "broader", "definition")}),)


@admin.register(Period)
class PeriodAdmin(TermAdmin):
    list_display = ("name", "start_on", "end_on", "precision", "slug")
    list_filter = ("precision",)
    search_fields = ("name", "slug")
    date_hierarchy = "start_on"
    prepopulated_fields = {"slug": ("name",)}
    fieldsets = ((None, {"fields": ("name", "slug", ("start_on", "end_on"), "precision", "note")}),)


@admin.register(Programme)
class ProgrammeAdmin(TermAdmin):
    list_display = ("name", "kind", "organization", "slug")
    list_filter = ("kind", ("organization", admin.RelatedOnlyFieldListFilter))
    search_fields = ("name", "slug", "organization__name")
    autocomplete_fields = ("organization",)
    prepopulated_fields = {"slug": ("name",)}
    related = ("organization",)
    fieldsets = ((None, {"fields": ("name", "slug", "kind", "organization", "definition")}),)


class TopicInline(LinkInline):
    model = IndicatorTopic
    verbose_name_plural = "topics"
    autocomplete_fields = ("topic",)
    related = ("topic",)


@admin.register(Indicator)
class IndicatorAdmin(RecordAdmin):
    list_display = ("name", "unit", "domain_shown", "polarity", "topic_names", "slug")
    list_filter = (
        "polarity",
        ("unit", admin.RelatedOnlyFieldListFilter),
        ("topics", admin.RelatedOnlyFieldListFilter),
    )
    search_fields = ("name", "slug", "definition")
    autocomplete_fields = ("unit",)
    prepopulated_fields = {"slug": ("name",)}
    related = ("unit",)
    inlines = (TopicInline,)
    fieldsets = (
        (None, {"fields": ("name", "slug", "definition", "unit", "denominator")}),
        ("Its values", {"fields": ("domain", "polarity")}),
        ("Remarks", {"fields": ("note",)}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        topics = Prefetch("indicator_topics", queryset=IndicatorTopic.objects.select_related("topic"))
        return super().get_queryset(request).prefetch_related(topics)

    def record(self, *, id: UUID, values: dict[str, Any], links: Links, form: Any, by: str) -> Versioned:
        topics = [row["topic"] for row in links[IndicatorTopic]]
        return changes.record_indicator(
            id=id, topics=topics, **{**values, "domain": changes.as_bounds(values["domain"])}
        )

    @admin.display(description="Domain")
    def domain_shown(self, indicator: Indicator) -> str:
        return interval_text(indicator.domain)

    @admin.display(description="Topics")
    def topic_names(self, indicator: Indicator) -> str:
        return ", ".join(str(row.topic) for row in indicator.indicator_topics.all()) or "–"


@admin.register(IndicatorTopic)
class IndicatorTopicAdmin(ReadOnlyAdmin):
    """Changed on the page of the indicator."""

    list_display = ("indicator", "topic")
    list_filter = (("topic", admin.RelatedOnlyFieldListFilter),)
    search_fields = ("indicator__name", "topic__name")
    related = ("indicator", "topic")
    fields = ("indicator", "topic")
