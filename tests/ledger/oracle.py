"""A model in memory of vocabulary and observations, and what the API answers when the database holds the same."""

from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

Row = dict[str, Any]
Rows = dict[UUID, Row]


@dataclass
class World:
    """What the database should hold: rows by id, links as ids of the rows they lead to."""

    units: Rows = field(default_factory=dict)  # slug, name
    topics: Rows = field(default_factory=dict)  # slug, name, parent
    indicators: Rows = field(default_factory=dict)  # slug, name, unit, topics (a set)
    observations: Rows = field(default_factory=dict)  # indicator, unit, value, published, parts (a set)

    def copy(self) -> "World":
        return deepcopy(self)

    def table(self, name: str) -> Rows:
        rows: Rows = getattr(self, name)
        return rows

    def nth(self, table: str, pick: int) -> UUID | None:
        ids = sorted(self.table(table))
        return ids[pick % len(ids)] if ids else None

    def is_used(self, identity: UUID) -> bool:
        topics = {topic for row in self.indicators.values() for topic in row["topics"]}
        rows = (row for table in ("topics", "indicators", "observations") for row in self.table(table).values())
        return identity in topics or any(
            identity in (row.get(x) for x in ("parent", "unit", "indicator")) for row in rows
        )


class Oracle:
    """Foretells answers. What no step ever changes is taken from one observation that was read before."""

    def __init__(self, *, observation: Row) -> None:
        """`observation` is an answer of one that every part is cited of."""
        self.observation = observation

    def lists(self, world: World) -> dict[str, list[Row]]:
        """Every list that is asked for, with its rows in order."""
        units, topics = self._units(world), self._topics(world)
        indicators, observations = self._indicators(world), self._observations(world)
        found = {
            "units": by_slug(units),
            "units?ordering=-name": sorted(by_slug(units), key=lambda row: row["name"].encode(), reverse=True),
            "units?name__in=a,b": [row for row in by_slug(units) if row["name"] in {"a", "b"}],
            "topics": by_slug(topics),
            "topics?parent__isnull=true": [row for row in by_slug(topics) if row["parent"] is None],
            "indicators": by_slug(indicators),
            "indicators?ordering=name": sorted(by_slug(indicators), key=lambda row: row["name"].encode()),
            "observations": by_id(observations),
            "observations?ordering=-value": sorted(by_id(observations), key=lambda row: -row["value"]),
            "observations?ordering=indicator": sorted(by_id(observations), key=lambda row: row["indicator"]["slug"]),
            "observations?value__gte=22": [row for row in by_id(observations) if row["value"] >= 22],
        }
        for unit in world.units.values():
            slug = unit["slug"]
            found[f"indicators?unit={slug}"] = [row for row in by_slug(indicators) if row["unit"]["slug"] == slug]
            found[f"observations?unit={slug}"] = [row for row in by_id(observations) if row["unit"]["slug"] == slug]
        for identity, topic in world.topics.items():
            slug = topic["slug"]
            inside = {row["slug"] for row in world.indicators.values() if identity in row["topics"]}
            found[f"topics?parent={slug}"] = [
                row for row in by_slug(topics) if (row["parent"] or {}).get("slug") == slug
            ]
            found[f"indicators?topic={slug}"] = [row for row in by_slug(indicators) if row["slug"] in inside]
            found[f"observations?topic={slug}&ordering=-value"] = [
                row for row in found["observations?ordering=-value"] if row["indicator"]["slug"] in inside
            ]
        return found

    def details(self, world: World) -> dict[str, Row]:
        """Every record that is public, by its path."""
        rows = [*self._units(world), *self._topics(world), *self._indicators(world), *self._observations(world)]
        return {row["href"].removeprefix("/api/v1/"): row for row in rows}

    def _units(self, world: World) -> list[Row]:
        common = {"symbol": "", "quantity": "ratio", "definition": ""}
        return [{**reference("units", row), **common} for row in world.units.values()]

    def _topics(self, world: World) -> list[Row]:
        return [
            {
                **reference("topics", row),
                "definition": "",
                "parent": None if row["parent"] is None else reference("topics", world.topics[row["parent"]]),
            }
            for row in world.topics.values()
        ]

    def _indicators(self, world: World) -> list[Row]:
        return [self._indicator(world, key) for key in world.indicators]

    def _indicator(self, world: World, identity: UUID) -> Row:
        row = world.indicators[identity]
        return {
            **reference("indicators", row),
            "definition": "Share of mills that run on wind.",
            "unit": {**reference("units", world.units[row["unit"]]), "symbol": ""},
            "denominator": "",
            "domain": {"lower": 0, "upper": 100, "lower_closed": True, "upper_closed": True},
            "polarity": "higher_is_better",
            "topics": by_slug([reference("topics", world.topics[topic]) for topic in row["topics"]]),
            "note": "",
        }

    def _observations(self, world: World) -> list[Row]:
        return [self._observation(world, key) for key, row in world.observations.items() if row["published"]]

    def _observation(self, world: World, identity: UUID) -> Row:
        row = world.observations[identity]
        # In the order of their places in the text.
        cited = [link for link in self.observation["citations"] if link["part"] in row["parts"]]
        return {
            **self.observation,
            "id": str(identity),
            "indicator": reference("indicators", world.indicators[row["indicator"]]),
            "value": row["value"],
            "value_printed": printed(row["value"]),
            "bounds": {**self.observation["bounds"], "lower": row["value"]},
            "unit": {**reference("units", world.units[row["unit"]]), "symbol": ""},
            "citations": cited,
            "href": f"/api/v1/observations/{identity}",
        }


def printed(value: Decimal) -> str:
    return f"more than {value}%"


def reference(resource: str, row: Row) -> Row:
    return {"slug": row["slug"], "name": row["name"], "href": f"/api/v1/{resource}/{row['slug']}"}


def by_slug(rows: Iterable[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: row["slug"].encode())


def by_id(rows: Iterable[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: row["id"])
