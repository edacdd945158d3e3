"""A consumer of the feed over HTTP: it keeps a copy of what is public, stops at random, and starts again."""

import hashlib
import json
from dataclasses import dataclass, field
from random import Random
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.db import connection
from django.test import Client

from .plans import Pause
from .stage import Stage

FEED = "/api/v1/changes"
Rows = dict[tuple[str, str], dict[str, str]]


class FeedError(AssertionError):
    """The feed said something that cannot be, or something else than before."""


@dataclass
class Copy:
    """What a consumer keeps: its cursor, the last number and hash, and the public rows by resource and id."""

    cursor: str = ""
    number: int = 0
    hash: str | None = None
    rows: Rows = field(default_factory=dict)


class Consumer:
    """Follows the feed. Every revision it was given is remembered, and must be the same whenever it comes again."""

    def __init__(self, *, stage: Stage, seed: int) -> None:
        self.stage = stage
        self.copy = Copy()
        self.given: dict[int, Any] = {}
        self._random = Random(seed)
        self._client = Client()

    def follow(self) -> None:
        """Takes pages until the writing is over; now and then loses one that it was given, or all that it has.

        Raises:
            FeedError: the feed is not what it was, or not in order.
        """
        try:
            while not self.stage.over.is_set():
                self.stage.pause(Pause(seconds=self._random.choice([0, 0.005, 0.03])))
                page = self._read(self.copy.cursor, size=self._random.choice([1, 2, 5, 1000]))
                fate = self._random.random()
                if fate < 0.1:
                    self.copy = Copy()
                elif fate > 0.3:
                    self._take(page)
        finally:
            connection.close()

    def catch_up(self, *, from_nothing: bool) -> Copy:
        """Takes everything there is, since the last time or since the beginning."""
        if from_nothing:
            self.copy = Copy()
        while (page := self._read(self.copy.cursor, size=1000))["results"]:
            self._take(page)
        return self.copy

    def _read(self, cursor: str, *, size: int) -> Any:
        served = self._client.get(f"{FEED}?page_size={size}{cursor and f'&after={cursor}'}")
        assert served.status_code == 200, (cursor, served.content)
        page = json.loads(served.content)
        for revision in page["results"]:
            if self.given.setdefault(revision["number"], revision) != revision:
                raise FeedError(
                    f"revision {revision['number']}\nbefore: {self.given[revision['number']]}\n   now: {revision}"
                )
        return page

    def _take(self, page: Any) -> None:
        for revision in page["results"]:
            self._check_place(revision)
            for change in revision["changes"]:
                self._apply(change)
            self.copy.number, self.copy.hash = revision["number"], revision["hash"]
        (self.copy.cursor,) = parse_qs(urlsplit(page["next"]).query)["after"]

    def _check_place(self, revision: Any) -> None:
        if revision["number"] != self.copy.number + 1:
            raise FeedError(f"revision {revision['number']} came after {self.copy.number}")
        if self.copy.hash is not None and revision["previous_hash"] != self.copy.hash:
            raise FeedError(f"revision {revision['number']} is not chained to the one before it")

    def _apply(self, change: Any) -> None:
        key = change["resource"], change["id"]
        if (key in self.copy.rows) != (change["op"] in {"update", "delete"}):
            raise FeedError(f"{change['op']} of {key}, which was {'' if key in self.copy.rows else 'not '}there")
        if (change["values"] is None) != (change["op"] == "delete"):
            raise FeedError(f"{change['op']} of {key} with the values {change['values']}")
        if change["values"] is None:
            del self.copy.rows[key]
            return
        sealed = json.dumps(
            {**change["sealed_as"], "row": change["values"]}, sort_keys=True, separators=(",", ":"), ensure_ascii=False
        )
        if hashlib.sha256((change["salt"] + sealed).encode()).hexdigest() != change["hash"]:
            raise FeedError(f"the values of {key} are not those that were sealed")
        self.copy.rows[key] = change["values"]
