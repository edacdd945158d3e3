"""Where each address leads."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularSwaggerView
from rest_framework.routers import SimpleRouter

from briefings import search as found_in_briefings
from briefings import views as briefings
from briefings.feeds import BriefingFeed
from greenapi import health
from greenapi.desk_path import DESK
from greenapi.home import home
from greenapi.imports import views as imports
from greenapi.imports.readers import Importable
from greenapi.rest import problems
from greenapi.rest.changes import ChangesView
from greenapi.rest.document import DocumentView
from greenapi.rest.ledger import LedgerView, ProofView
from greenapi.rest.redactions import RedactionViewSet
from greenapi.rest.releases import ReleasesView, ReleaseView
from greenapi.rest.revisions import RevisionViewSet
from greenapi.rest.root import Root
from greenapi.rest.writing import WritingViewSet
from greenapi.search.views import SearchViewSet
from indicators import search as found_in_indicators
from indicators import views as indicators
from indicators.feeds import CorrectionFeed, FactFeed

handler400 = "greenapi.rest.problems.bad_request"
handler403 = "greenapi.rest.problems.permission_denied"
handler404 = "greenapi.rest.problems.not_found"
handler500 = "greenapi.rest.problems.server_error"

RESOURCES = {
    "briefings": briefings.BriefingViewSet,
    "documents": briefings.DocumentViewSet,
    "document-versions": briefings.DocumentVersionViewSet,
    "segments": briefings.SegmentViewSet,
    "speakers": briefings.SpeakerViewSet,
    "organizations": briefings.OrganizationViewSet,
    "roles": briefings.RoleViewSet,
    "citations": briefings.CitationViewSet,
    "indicators": indicators.IndicatorViewSet,
    "units": indicators.UnitViewSet,
    "topics": indicators.TopicViewSet,
    "scopes": indicators.ScopeViewSet,
    "periods": indicators.PeriodViewSet,
    "observations": indicators.ObservationViewSet,
    "commitments": indicators.CommitmentViewSet,
    "commitment-events": indicators.CommitmentEventViewSet,
    "programmes": indicators.ProgrammeViewSet,
    "claim-links": indicators.ClaimLinkViewSet,
    "revisions": RevisionViewSet,
    "redactions": RedactionViewSet,
}
LEDGER = {"changes": ChangesView, "ledger": LedgerView, "ledger/proof": ProofView}

FEEDS = {f"feeds/{view.name}": view for view in (BriefingFeed, FactFeed, CorrectionFeed)}
FOUND = [*found_in_briefings.KINDS, *found_in_indicators.KINDS]

# What can be imported: every resource that is written.
_VIEWS: dict[str, type] = {**RESOURCES}
IMPORTABLES = {
    name: Importable(kind=view.input_class, row_bytes=view.max_bytes)
    for name, view in _VIEWS.items()
    if issubclass(view, WritingViewSet)
}

router = SimpleRouter(trailing_slash=False)
for name, view in RESOURCES.items():
    router.register(name, view, basename=name)

release = ReleaseView.as_view(resources=RESOURCES)

docs = SpectacularSwaggerView.as_view(
    url_name="schema", template_name="greenapi/docs.html", http_method_names=["get", "head"]
)

urlpatterns = [
    path("", home, name="home"),
    path("api/v1/schema", DocumentView.as_view(), name="schema"),
    path("api/v1/docs", docs, name="docs"),
    path("api/v1", Root.as_view(resources=[*RESOURCES, *LEDGER, *FEEDS, "releases", "search", "imports"]), name="root"),
    *(path(f"api/v1/{name}", view.as_view(), name=name) for name, view in (LEDGER | FEEDS).items()),
    path("api/v1/releases", ReleasesView.as_view(), name="releases"),
    path("api/v1/releases/<str:revision>", release, name="release"),
    path("api/v1/search", SearchViewSet.as_view({"get": "search"}, kinds=FOUND), name="search"),
    path("api/v1/imports", imports.ImportsView.as_view(importables=IMPORTABLES), name="imports"),
    path("api/v1/imports/<uuid:id>", imports.OneImportView.as_view()),
    path("api/v1/imports/<uuid:id>/rows", imports.RowsView.as_view()),
    path("api/v1/", include(router.urls)),
    path("problems/<slug:slug>", problems.described),
    path("health/live", health.live),
    path("health/ready", health.ready),
    path("admin", RedirectView.as_view(url=DESK, http_method_names=["get", "head"])),
    path("admin/", admin.site.urls),
]
