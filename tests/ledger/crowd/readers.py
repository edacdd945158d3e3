"""Readers over HTTP: they remember every address and its answer, and ask again at once, later and at the end."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import time
from typing import Any
from urllib.parse import quote

from django.db import connection
from django.test import Client
from django.utils.http import http_date

from greenapi.ledger.models import LedgerHead, Revision

from .plans import SLUGS, Question
from .stage import Stage

WHOLE = "page_size=1000"
OF_VERSIONS = "page_size=100"  # the most that lists of versions give
IN_PAGES = "page_size=2"
KEPT_HEADERS = ("Revision", "ETag", "Memento-Datetime", "Content-Type")


class ChangedAnswerError(AssertionError):
    """The same address had another answer than before."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What was served: everything about it that must never change."""

    status: int
    headers: tuple[str | None, ...]
    body: bytes


class Archive:
    """Every address that was asked, with its answer."""

    def __init__(self) -> None:
        self.remembered: dict[tuple[str, str], Answer] = {}
        self.client = Client()

    def ask(self, address: str, *, at: str = "") -> Answer | None:
        """Asks, of the past that the header names if one is given, and remembers the answer; None when all are busy.

        Raises:
            ChangedAnswerError: it was asked before, with another answer.
        """
        served = self.client.get(address, headers={"accept-datetime": at} if at else None)
        if served.status_code == 503:
            return None
        headers = tuple(served.headers.get(name) for name in KEPT_HEADERS)
        answer = Answer(status=served.status_code, headers=headers, body=served.content)
        assert answer.status in {200, 404}, (address, at, answer)
        before = self.remembered.setdefault((address, at), answer)
        if before != answer:
            raise ChangedAnswerError(f"{address} {at}\nbefore: {before}\n   now: {answer}")
        return answer

    def ask_all_again(self) -> None:
        """Asks everything that was ever asked.

        Raises:
            ChangedAnswerError: an answer was another one.
        """
        for address, at in list(self.remembered):
            self.ask(address, at=at)


class Reader:
    """Somebody who asks what is planned, and keeps an archive."""

    def __init__(self, *, stage: Stage) -> None:
        self.stage = stage
        self.archive = Archive()

    def read(self, script: tuple[Question, ...]) -> None:
        """Asks every question of the script at least once, and again from the start until the writing is over.

        Raises:
            ChangedAnswerError: an answer was another one when it was asked for again.
        """
        try:
            while True:
                for number, question in enumerate(script):
                    self.stage.pause(question.before)
                    self._ask(question)
                    self.stage.pause(question.after)
                    self._ask_earlier(number)
                if self.stage.over.is_set():
                    return
        finally:
            connection.close()

    def _ask(self, question: Question) -> None:
        path = self._path(question)
        match question.as_of:
            case "live":
                self._ask_live(path)
            case "pages":
                self._turn_pages(path)
            case "header":
                self.archive.ask(with_parameters(path), at=http_date(time() - 1))
            case kind:
                address = with_parameters(path, f"as_of={quote(self._as_of(kind, pick=question.pick))}")
                self.archive.ask(address)
                self.archive.ask(address)

    def _ask_live(self, path: str) -> None:
        """The newest answer is that as of the revision it names, for ever."""
        served = self.archive.client.get(with_parameters(path))
        assert served.status_code in {200, 404}, (path, served)
        if served.status_code == 200:
            pinned = self.archive.ask(with_parameters(path, f"as_of={served.headers['Revision']}"))
            if pinned is None or without_links(pinned.body) != without_links(served.content):
                raise ChangedAnswerError(f"{path}\nlive: {served.content!r}\nas of it: {pinned}")

    def _turn_pages(self, path: str) -> None:
        """Follows a listing to its end; every page but the first belongs to a revision, and so never changes."""
        page = self.archive.client.get(with_parameters(path, size=IN_PAGES)).json()
        while page.get("next"):
            answer = self.archive.ask(page["next"])
            assert answer is not None
            page = self.archive.client.get(page["next"]).json()

    def _ask_earlier(self, number: int) -> None:
        questions = list(self.archive.remembered)
        if questions:
            address, at = questions[number * 7 % len(questions)]
            self.archive.ask(address, at=at)

    def _path(self, question: Question) -> str:
        known = self.stage.observations
        return "/api/v1/" + question.path.format(
            a=question.pick % SLUGS,
            observation=known[question.pick % len(known)] if known else "none",
            number=1 + question.pick % 20,
        )

    def _as_of(self, kind: str, *, pick: int) -> str:
        head = LedgerHead.objects.get().number
        match kind:
            case "head":
                return str(head)
            case "number":
                return str(pick % (head + 1))
            case "now":
                return rfc3339(datetime.now(UTC))
            case "just passed":
                return rfc3339(datetime.now(UTC) - timedelta(microseconds=pick * pick * 10))
        stamp = Revision.objects.get(number=1 + pick % head).recorded_at
        return rfc3339(stamp if kind == "stamp" else stamp - timedelta(microseconds=1))


def with_parameters(path: str, parameters: str = "", *, size: str = WHOLE) -> str:
    """A path with parameters; of a list, with the size of its pages."""
    resource, _, query = path.removeprefix("/api/v1/").partition("?")
    if size == WHOLE and ("view=" in query or resource.endswith("/revisions")):
        size = OF_VERSIONS
    is_list = "/" not in resource or resource.endswith("/revisions")
    given = [query, size if is_list else "", parameters]
    return f"/api/v1/{resource}?{'&'.join(filter(None, given))}".removesuffix("?")


def without_links(body: bytes) -> Any:
    """A body without the links of its page, which repeat the parameters it was asked with."""
    return {**json.loads(body, parse_float=str), "next": None, "previous": None}


def rfc3339(moment: datetime) -> str:
    """The moment in UTC with microseconds."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
