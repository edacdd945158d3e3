"""The validator of an answer: an ETag of its bytes, and 304 for a client that has them."""

import hashlib
from typing import Any

from django.http import HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils.http import parse_etags, quote_etag
from rest_framework.request import Request
from rest_framework.response import Response

from .encoding import encode

# What a 304 says again, where the full answer does.
KEPT = ("ETag", "Revision", "Memento-Datetime", "Cache-Control", "Content-Location", "Link", "Vary")


def validated(response: Response, *, request: Request) -> Response:
    """The answer, which gets its ETag once it is rendered, or becomes a 304."""
    response.add_post_render_callback(lambda rendered: _validate(rendered, request=request))
    return response


def weak_etag(*what: Any) -> str:
    """A validator of an answer that is not made to find it out: of all that decides what it will be."""
    return f'W/"{hashlib.sha256(encode(what)).hexdigest()[:32]}"'


def is_known(etag: str, *, request: Request) -> bool:
    """Whether the client has what a validator stands for: `If-None-Match` is compared weakly (RFC 9110)."""
    known = parse_etags(request.headers.get("If-None-Match", ""))
    return etag.removeprefix("W/") in [given.removeprefix("W/") for given in known] or known == ["*"]


def not_modified(answer: HttpResponseBase) -> HttpResponse:
    """The 304 in place of an answer."""
    return HttpResponseNotModified(headers={name: answer[name] for name in KEPT if name in answer})


def etag_of(body: bytes) -> str:
    """The ETag of an answer with these bytes, in its quotes."""
    return quote_etag(hashlib.sha256(body).hexdigest()[:32])


def _validate(rendered: Any, *, request: Request) -> HttpResponse:
    answer: HttpResponse = rendered
    answer["ETag"] = etag_of(answer.content)
    return not_modified(answer) if is_known(answer["ETag"], request=request) else answer
