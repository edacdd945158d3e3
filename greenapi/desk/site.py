"""The desk's site: its name, its start page with the latest revisions, and choices that say which record is meant."""

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse

from greenapi.desk.logins import LoginForm
from greenapi.ledger.models import Revision

LATEST = 10  # revisions shown on the start page


class ChoicesView(AutocompleteJsonView):
    """Answers what is typed into a link's field with records, named as their own admin names a choice."""

    def process_request(self, request: HttpRequest) -> Any:
        term, *rest = super().process_request(request)
        # Postgres has no NUL in texts.
        return term.replace("\0", ""), *rest

    def serialize_result(self, obj: Any, to_field_name: str) -> dict[str, str]:
        name = getattr(self.model_admin, "choice_label", str)
        return {"id": str(getattr(obj, to_field_name)), "text": name(obj)}


class DeskSite(AdminSite):
    """Where staff record what was stated, and review what others recorded."""

    site_header = "greenapi desk"
    site_title = "greenapi desk"
    index_title = "Records"
    site_url = "/api/v1/docs"
    login_form = LoginForm
    index_template = "desk/index.html"

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        may_see = request.user.has_perm("ledger.view_revision")
        latest = Revision.objects.order_by("-number")[:LATEST] if may_see else Revision.objects.none()
        return super().index(request, {"latest_revisions": latest, **(extra_context or {})})

    def autocomplete_view(self, request: HttpRequest) -> HttpResponseBase:  # type: ignore[override]
        return ChoicesView.as_view(admin_site=self)(request)
