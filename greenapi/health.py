"""Is the service alive, and is it ready to answer?"""

from http import HTTPStatus

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse

from greenapi.rest.problems import METHOD_NOT_ALLOWED, Problem, respond


def live(request: HttpRequest) -> HttpResponse:
    """The process answers; says nothing of the database."""
    return _refused(request) or JsonResponse({"status": "ok"})


def ready(request: HttpRequest) -> HttpResponse:
    """The database answers and has all migrations; 503 says what is missing."""
    if refused := _refused(request):
        return refused
    try:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return _not_ready("the database does not answer")
    if missing:
        return _not_ready(f"{len(missing)} migrations are not applied")
    return JsonResponse({"status": "ok"})


def _refused(request: HttpRequest) -> HttpResponse | None:
    if request.method in {"GET", "HEAD"}:
        return None
    answer = respond(Problem(METHOD_NOT_ALLOWED))
    answer["Allow"] = "GET, HEAD"
    return answer


def _not_ready(why: str) -> JsonResponse:
    return JsonResponse({"status": "not ready", "detail": why}, status=HTTPStatus.SERVICE_UNAVAILABLE)
