"""Moments as HTTP dates, and the relations that an answer names."""

import re
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils.http import http_date

from greenapi.ledger.models import LedgerHead, Revision


def head() -> int:
    """The number of the newest revision."""
    return LedgerHead.objects.get().number


def settled(number: int) -> str:
    """The HTTP date of the second in which a revision was recorded, once that second is over."""
    recorded_at = Revision.objects.get(number=number).recorded_at
    over = recorded_at.replace(microsecond=0) + timedelta(seconds=1)
    time.sleep(max(0.0, (over - datetime.now(UTC)).total_seconds() + 0.01))
    return http_date(recorded_at.timestamp())


def links(answer: Any) -> dict[str, str]:
    """The target of each relation in `Link`."""
    return {
        relation: target
        for target, relations in re.findall(r'<([^>]*)>; rel="([^"]*)"', answer.headers["Link"])
        for relation in relations.split()
    }
