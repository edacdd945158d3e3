"""The name of one request, by which its answer, its lines in the log and a report of a fault are brought together."""

import re
import uuid

from django.http import HttpRequest

HEADER = "X-Request-ID"
_META = "HTTP_X_REQUEST_ID"
# What a client or proxy may call its request: it is written into logs and headers as it is.
_SANE = re.compile(r"[A-Za-z0-9._:@+=/-]{1,100}", re.ASCII)


def made() -> str:
    """A new name."""
    return uuid.uuid4().hex


def sane(given: str | None) -> str | None:
    """The name that was given, if it is one."""
    return given if given and _SANE.fullmatch(given) else None


def name_request(request: HttpRequest) -> str:
    """Gives a request the name it came with, or a new one; whatever reads its headers from here on finds that one."""
    name = request.META[_META] = sane(request.META.get(_META)) or made()
    return name


def request_id_of(request: HttpRequest) -> str | None:
    """The name of a request; None before it has one."""
    return request.META.get(_META)
