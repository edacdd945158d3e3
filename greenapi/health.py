"""Is the service alive, and is it ready to answer?"""

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from greenapi.rest.problems import NOT_READY, Problem, respond


@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """The process answers; says nothing of the database."""
    return JsonResponse({"status": "ok"})


@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """The database answers and has all migrations; 503 says what is missing."""
    try:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return respond(Problem(NOT_READY, "The database does not answer."))
    if missing:
        return respond(Problem(NOT_READY, f"{len(missing)} migrations are not applied."))
    return JsonResponse({"status": "ok"})
