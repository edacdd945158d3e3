"""The API's first page: where each resource is."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from .parameters import refuse_unknown
from .paths import API_PREFIX
from .schema import answers


class Root(APIView):
    """The API's first page: the path of each resource, of the OpenAPI document and of its pages."""

    resources: ClassVar[list[str]] = []

    @extend_schema(
        operation_id="root",
        summary="Get the first page",
        responses=answers({"type": "object", "additionalProperties": {"type": "string"}}, 400, 406),
    )
    def get(self, request: Request) -> Response:
        refuse_unknown(request.query_params, known=())
        pages: dict[str, Any] = {name: f"{API_PREFIX}/{name}" for name in self.resources}
        return Response({**pages, "schema": f"{API_PREFIX}/schema", "docs": f"{API_PREFIX}/docs"})
