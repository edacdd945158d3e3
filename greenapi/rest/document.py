"""The OpenAPI document as it is committed: read once in the life of a process, and served."""

from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
import yaml
from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from .caching import ASK_FIRST
from .filters import refuse_empty
from .formats import Format, say_what_chose
from .parameters import FORMAT, refuse_unknown
from .schema import problem_answers
from .schema_parameters import ANSWER_HEADERS
from .validators import validated


def load(path: Path) -> dict[str, Any]:
    """The document in a file."""
    found: dict[str, Any] = yaml.load(path.read_bytes(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
    return found


@lru_cache(maxsize=2)
def loaded(path: Path) -> dict[str, Any]:
    """The same, read once. Nobody may change what is returned."""
    return load(path)


@lru_cache(maxsize=2)
def _bytes(path: Path, name: str) -> bytes:
    return path.read_bytes() if name == Yaml.format else msgspec.json.encode(loaded(path))


class Yaml(Format):
    """As it is committed."""

    format = "yaml"
    media_type = "application/yaml"
    also = ("application/vnd.oai.openapi", "application/x-yaml", "text/yaml")


class Json(Format):
    """The same in JSON."""

    format = "json"
    media_type = "application/json"
    also = ("application/vnd.oai.openapi+json",)
    schema = {"type": "object", "additionalProperties": True}


class DocumentView(APIView):
    """This document (OpenAPI 3.1), in YAML or JSON."""

    http_method_names = ["get", "head", "options"]
    renderer_classes = [Yaml, Json]

    @extend_schema(
        operation_id="schema",
        summary="Get the OpenAPI document",
        parameters=[header for header in ANSWER_HEADERS if header.name == "ETag"],
        responses={**{(200, kind.media_type): kind.schema for kind in (Yaml, Json)}, **problem_answers(400, 406)},
    )
    def get(self, request: Request) -> Response:
        refuse_unknown(request.query_params, known=[FORMAT])
        refuse_empty(request.query_params)
        name: str = request.accepted_renderer.format
        response = Response(_bytes(settings.OPENAPI_DOCUMENT, name))
        response["Cache-Control"] = ASK_FIRST
        say_what_chose(response, request.query_params, renderers=self.get_renderers())
        return validated(response, request=request)
