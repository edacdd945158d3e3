"""The ledger's revisions at the desk."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.contrib import admin
from django.contrib.admin.templatetags.admin_urls import admin_urlname
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from greenapi.desk.records import ReadOnlyAdmin
from greenapi.ledger.history import Touched, touched_by
from greenapi.ledger.models import Revision

SHOWN = 200  # records listed on the page of a revision
_OPERATIONS = {"I": "added", "U": "changed", "D": "taken away"}


@admin.register(Revision)
class RevisionAdmin(ReadOnlyAdmin):
    list_display = ("number", "recorded_at", "actor", "change_class", "reason")
    list_filter = ("change_class", "recorded_at")
    search_fields = ("=number", "actor", "reason")
    date_hierarchy = "recorded_at"
    ordering = ("-number",)
    show_full_result_count = False
    list_per_page = 50
    fields = ("number", "recorded_at", "actor", "change_class", "reason", "records")

    @admin.display(description="Records touched")
    def records(self, revision: Revision) -> SafeString:
        """Links to what the revision touched, as it is named today."""
        touched = touched_by(revision.number, limit=SHOWN + 1)
        names = self._names(touched[:SHOWN])
        rows = format_html_join("", "<li>{}</li>", ((self._line(row, names=names),) for row in touched[:SHOWN]))
        more = format_html("<p>{}</p>", "and more") if len(touched) > SHOWN else ""
        return format_html("<ul>{}</ul>{}", rows, more)

    def _line(self, touched: Touched, *, names: Mapping[UUID, str]) -> SafeString:
        meta = touched.model._meta
        what = f"{meta.verbose_name} {_OPERATIONS[touched.op]}"
        if touched.id not in names:
            return format_html("{}: {}", what, touched.id)
        url = reverse(admin_urlname(meta, SafeString("change")), args=[touched.id])
        return format_html('{}: <a href="{}">{}</a>', what, url, names[touched.id])

    def _names(self, touched: Sequence[Touched]) -> dict[UUID, str]:
        """What the records that still exist are called, by id: one query for each table."""
        found: dict[UUID, str] = {}
        for model in {row.model for row in touched}:
            related = getattr(self.admin_site.get_model_admin(model), "related", ())
            ids = [row.id for row in touched if row.model is model]
            records = model._default_manager.select_related(*related).filter(pk__in=ids)
            found |= {record.pk: str(record) for record in records}
        return found
