"""Where each address leads."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView
from rest_framework.routers import SimpleRouter

from briefings import views as briefings
from greenapi import health
from greenapi.home import home
from greenapi.rest import problems
from greenapi.rest.changes import ChangesView
from greenapi.rest.ledger import LedgerView, ProofView
from greenapi.rest.redactions import RedactionViewSet
from greenapi.rest.revisions import RevisionViewSet
from greenapi.rest.root import Root
from indicators import views as indicators

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
    "programmes": indicators.ProgrammeViewSet,
    "claim-links": indicators.ClaimLinkViewSet,
    "revisions": RevisionViewSet,
    "redactions": RedactionViewSet,
}
LEDGER = {"changes": ChangesView, "ledger": LedgerView, "ledger/proof": ProofView}

router = SimpleRouter(trailing_slash=False)
for name, view in RESOURCES.items():
    router.register(name, view, basename=name)

docs = SpectacularSwaggerView.as_view(url_name="schema", http_method_names=["get", "head"])

urlpatterns = [
    path("", home, name="home"),
    path("api/v1/schema", SpectacularAPIView.as_view(), name="schema"),
    path("api/v1/docs", docs, name="docs"),
    path("api/v1", Root.as_view(resources=[*RESOURCES, *LEDGER]), name="root"),
    *(path(f"api/v1/{name}", view.as_view(), name=name) for name, view in LEDGER.items()),
    path("api/v1/", include(router.urls)),
    path("problems/<slug:slug>", problems.described),
    path("health/live", health.live),
    path("health/ready", health.ready),
    path("admin", RedirectView.as_view(url="/admin/")),
    path("admin/", admin.site.urls),
]
