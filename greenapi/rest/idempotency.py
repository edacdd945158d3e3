"""Idempotency-Key: a write that is sent again, because its answer was lost, is done once and answered the same."""

import hashlib
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from rest_framework.request import Request

from .models import KeptAnswer
from .problems import BAD_REQUEST, KEY_REUSED, Problem

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
KEPT_FOR = timedelta(days=7)
KEPT_HEADERS = ("Content-Type", "Cache-Control", "ETag", "Location", "Revision")
_KEY = re.compile(r"[\x21-\x7e]{1,255}")


@dataclass(frozen=True, kw_only=True)
class Keyed:
    """A write that has a key: whose it is, and what was asked (SHA-256)."""

    user: Any
    key: str
    asked: bytes


def keyed(request: Request, *, body: bytes) -> Keyed | None:
    """The key of a write, and what it is kept with; None without the header.

    Raises:
        Problem: bad-request, for a key that is none.
    """
    key = request.headers.get(HEADER)
    if key is None:
        return None
    if not _KEY.fullmatch(key):
        raise Problem(BAD_REQUEST, f"{HEADER} takes 1 to 255 visible ASCII characters.")
    asked = hashlib.sha256()
    # Not `If-Match`: whoever lost the answer may have read the record again since.
    for part in (str(request.method), request.get_full_path(), request.headers.get("Content-Type", "")):
        asked.update(part.encode("utf-8", "surrogateescape") + b"\0")
    asked.update(body)
    return Keyed(user=request.user, key=key, asked=asked.digest())


def kept(write: Keyed) -> HttpResponse | None:
    """The answer that was given to the same write before; None when there was none, or it is longer ago than a week.

    Raises:
        Problem: idempotency-key-reused, where another request had this key.
    """
    found = KeptAnswer.objects.filter(user=write.user, key=write.key, kept_at__gt=timezone.now() - KEPT_FOR).first()
    if found is None:
        return None
    if bytes(found.asked) != write.asked:
        raise Problem(KEY_REUSED, "Give each request a key of its own; only the very same request may have it again.")
    answer = HttpResponse(bytes(found.body), status=found.status, headers=found.headers)
    answer[REPLAYED] = "true"
    return answer


def keep(write: Keyed, answer: HttpResponse) -> None:
    """Keeps an answer for a week, in the transaction of the write itself; forgets those that are older."""
    now = timezone.now()
    KeptAnswer.objects.filter(kept_at__lte=now - KEPT_FOR).delete()
    KeptAnswer.objects.create(
        user=write.user,
        key=write.key,
        asked=write.asked,
        status=answer.status_code,
        headers={name: answer[name] for name in KEPT_HEADERS if name in answer},
        body=answer.content,
        kept_at=now,
    )
