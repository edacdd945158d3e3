"""The front page: what this is, what it holds, and where to go."""

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from briefings.models import Document
from greenapi.ledger.reading import reading
from greenapi.rest.problems import BUSY, Problem, respond
from indicators.models import Commitment, Observation


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Counts at the newest revision, and the addresses of API, documentation and admin."""
    try:
        return _render(request)
    except OperationalError as error:
        return respond(Problem(BUSY), error)


def _render(request: HttpRequest) -> HttpResponse:
    with reading() as snapshot:
        held = {
            "documents": Document.objects.filter(versions__isnull=False).distinct().count(),
            "observations": Observation.objects.published().count(),
            "commitments": Commitment.objects.published().count(),
        }
    return render(request, "greenapi/home.html", {"snapshot": snapshot, "held": held})
