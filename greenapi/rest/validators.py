"""The validator of an answer: an ETag of its bytes, and 304 for a client that has them."""

import hashlib
from typing import Any

from django.http import HttpResponse, HttpResponseNotModified
from django.utils.http import parse_etags, quote_etag
from rest_framework.request import Request
from rest_framework.response import Response

# What a 304 says again, where the full answer does.
KEPT = ("ETag", "Revision", "Memento-Datetime", "Cache-Control", "Content-Location", "Link", "Vary")


def validated(response: Response, *, request: Request) -> Response:
    """The answer, which gets its ETag once it is rendered, or becomes a 304."""
    response.add_post_render_callback(lambda rendered: _validate(rendered, request=request))
    return response


def _validate(rendered: Any, *, request: Request) -> HttpResponse:
    etag = quote_etag(hashlib.sha256(rendered.content).hexdigest()[:32])
    rendered["ETag"] = etag
    known = [given.removeprefix("W/") for given in parse_etags(request.headers.get("If-None-Match", ""))]
    if etag not in known and known != ["*"]:
        answer: HttpResponse = rendered
        return answer
    return HttpResponseNotModified(headers={name: rendered[name] for name in KEPT if name in rendered})
