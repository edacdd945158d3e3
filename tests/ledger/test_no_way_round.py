"""No way round the ledger: whichever way rows are written, each is recorded, or refused and leaves nothing."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection

from greenapi.ledger.identifiers import uuid7
from greenapi.ledger.models import LedgerHead, Redaction, Revision
from indicators import changes
from indicators.models import Indicator, IndicatorTopic, Topic, Unit
from tests.factories import facts
from tests.factories.revisions import change

from .test_guards import APPEND_ONLY, NO_REVISION, refused
from .ways import UNITS, WAYS


@pytest.fixture
def units(db: None) -> dict[Any, str]:
    """The slugs of three units by their ids."""
    with change():
        return {facts.unit(slug=slug, name=slug, quantity="speed").id: slug for slug in UNITS}


def everything(table: str = "unit") -> list[list[Any]]:
    """Head, revisions, and the rows of a table with their versions."""
    found = []
    for sql in ("TABLE ledger_head", "TABLE ledger_revision", f"TABLE {table}", f"TABLE {table}_version"):
        with connection.cursor() as cursor:
            cursor.execute(sql)
            found.append(sorted(map(str, cursor.fetchall())))
    return found


def recorded(number: int, *, known: dict[Any, str]) -> dict[str, tuple[str, str | None]]:
    """By slug what a revision did to each unit, and the name it has since."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, slug, op, name FROM unit_version WHERE rev_from = %s", [number])
        return {known.get(identity) or slug: (op, name) for identity, slug, op, name in cursor.fetchall()}


def closed(number: int, *, known: dict[Any, str]) -> set[str]:
    """Slugs of the units of which a version ends with a revision."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM unit_version WHERE rev_to = %s AND op <> 'D'", [number])
        return {known[identity] for (identity,) in cursor.fetchall()}


@pytest.mark.parametrize("name", WAYS)
def test_within_a_revision_it_is_recorded_exactly(units: dict[Any, str], name: str) -> None:
    way = WAYS[name]

    with change() as opened:
        way.write()

    assert recorded(opened.number, known=units) == way.recorded
    assert closed(opened.number, known=units) == {slug for slug, (op, _) in way.recorded.items() if op != "I"}
    live = dict(Unit.objects.filter(slug__in=[*UNITS, *way.recorded]).values_list("slug", "name"))
    assert live == {slug: slug for slug in UNITS if slug not in way.recorded} | {
        slug: name for slug, (op, name) in way.recorded.items() if op != "D"
    }


@pytest.mark.parametrize("name", WAYS)
def test_outside_a_revision_it_is_refused_and_leaves_nothing(units: dict[Any, str], name: str) -> None:
    before = everything()

    with refused(NO_REVISION):
        WAYS[name].write()

    assert everything() == before


def test_outside_a_revision_what_is_there_is_found_without_writing(units: dict[Any, str]) -> None:
    before = everything()

    unit, created = Unit.objects.get_or_create(slug="calm", defaults={"name": "other", "quantity": "speed"})

    assert (unit.name, created) == ("calm", False)
    assert everything() == before


def test_write_at_commit_comes_too_late(ledger_db: None) -> None:
    """A deferred trigger of somebody's own runs when the revision is closed."""
    with change():
        facts.unit(slug="calm")
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE bait (slug text); CREATE FUNCTION take() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " UPDATE public.unit SET name = 'still' WHERE slug = NEW.slug; RETURN NULL; END $$;"
            "CREATE CONSTRAINT TRIGGER take AFTER INSERT ON bait DEFERRABLE INITIALLY DEFERRED"
            " FOR EACH ROW EXECUTE FUNCTION take()"
        )
    before = everything()

    def write() -> None:
        with change(), connection.cursor() as cursor:
            facts.unit(slug="beside-it")
            cursor.execute("INSERT INTO bait VALUES ('calm')")

    with pytest.raises(DatabaseError) as caught:
        write()
    assert getattr(caught.value.__cause__, "sqlstate", None) == NO_REVISION
    assert everything() == before


@dataclass(frozen=True, kw_only=True)
class Linked:
    """An indicator with two of three topics."""

    indicator: Indicator
    first: Topic
    second: Topic
    third: Topic


@pytest.fixture
def linked(db: None) -> Linked:
    """Links go with their topic, by a foreign key that only Postgres knows."""
    with change():
        indicator = facts.indicator()
        first, second, third = (facts.topic(slug=slug) for slug in ("first", "second", "third"))
        changes.set_topics(indicator, topics=[first, second])
    with connection.cursor() as cursor:
        cursor.execute(
            "SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED;"
            "ALTER TABLE indicator_topic ADD CONSTRAINT taken_along"
            " FOREIGN KEY (topic_id) REFERENCES topic ON DELETE CASCADE"
        )
    return Linked(indicator=indicator, first=first, second=second, third=third)


def new_id() -> dict[str, Any]:
    return {"id": uuid7()}


def _delete_with_links(on: Linked) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM topic WHERE id = %s", [on.first.id])


LINKS: dict[str, tuple[Callable[[Linked], Any], dict[str, str]]] = {
    "add": (lambda on: on.indicator.topics.add(on.third, through_defaults=new_id()), {"third": "I"}),
    "add what is there": (lambda on: on.indicator.topics.add(on.first, through_defaults=new_id()), {}),
    "add the other way": (lambda on: on.third.indicators.add(on.indicator, through_defaults=new_id()), {"third": "I"}),
    "create": (
        lambda on: on.indicator.topics.create(id=uuid7(), slug="fourth", name="-", through_defaults=new_id()),  # type: ignore[misc]
        {"fourth": "I"},
    ),
    "remove": (lambda on: on.indicator.topics.remove(on.first), {"first": "D"}),
    "remove the other way": (lambda on: on.second.indicators.remove(on.indicator), {"second": "D"}),
    "clear": (lambda on: on.indicator.topics.clear(), {"first": "D", "second": "D"}),
    "set": (
        lambda on: on.indicator.topics.set([on.second, on.third], through_defaults=new_id()),
        {"first": "D", "third": "I"},
    ),
    "another topic": (
        lambda on: IndicatorTopic.objects.filter(topic=on.first).update(topic=on.third),
        {"third": "U"},
    ),
    "cascade": (_delete_with_links, {"first": "D"}),
}


@pytest.mark.parametrize("name", LINKS)
def test_links_are_recorded_exactly(linked: Linked, name: str) -> None:
    write, expected = LINKS[name]
    links = dict(IndicatorTopic.objects.values_list("id", "topic__slug"))

    with change() as opened:
        facts.unit()  # So that there is a revision even when no link changes.
        write(linked)

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT v.id, t.slug, v.op FROM indicator_topic_version v LEFT JOIN topic t ON t.id = v.topic_id"
            " WHERE v.rev_from = %s",
            [opened.number],
        )
        assert {slug or links[identity]: op for identity, slug, op in cursor.fetchall()} == expected


@pytest.mark.parametrize("name", [name for name, (_, expected) in LINKS.items() if expected])
def test_links_outside_a_revision_are_refused_and_leave_nothing(linked: Linked, name: str) -> None:
    write, _ = LINKS[name]
    before = everything("indicator_topic"), everything("topic")

    with refused(NO_REVISION):
        write(linked)

    assert (everything("indicator_topic"), everything("topic")) == before


def fixture_file(folder: Path, *rows: tuple[str, Any, dict[str, Any]]) -> str:
    """A file for loaddata, of rows by model and key."""
    path = folder / "rows.json"
    path.write_text(json.dumps([{"model": a, "pk": str(b), "fields": c} for a, b, c in rows]))
    return str(path)


@pytest.fixture
def storm_and_still(tmp_path: Path, units: dict[Any, str]) -> str:
    """A fixture that inserts a unit and renames another."""
    calm = next(identity for identity, slug in units.items() if slug == "calm")
    return fixture_file(
        tmp_path,
        ("indicators.unit", uuid7(), {"slug": "storm", "name": "storm", "quantity": "speed"}),
        ("indicators.unit", calm, {"slug": "calm", "name": "still", "quantity": "speed"}),
    )


def test_fixture_is_recorded_within_a_revision(units: dict[Any, str], storm_and_still: str) -> None:
    with change() as opened:
        call_command("loaddata", storm_and_still, verbosity=0)

    assert recorded(opened.number, known=units) == {"storm": ("I", "storm"), "calm": ("U", "still")}


def test_fixture_is_refused_outside_a_revision(units: dict[Any, str], storm_and_still: str) -> None:
    before = everything()

    with refused(NO_REVISION):
        call_command("loaddata", storm_and_still, verbosity=0)

    assert everything() == before


@pytest.mark.parametrize(
    ("model", "key", "fields"),
    [
        ("ledger.revision", 1, {"recorded_at": "2020-01-01T00:00:00Z", "actor": "eve", "reason": "forged"}),
        ("ledger.revision", 999, {"recorded_at": "2020-01-01T00:00:00Z", "actor": "eve", "reason": "forged"}),
        ("ledger.ledgerhead", 1, {"number": 1, "closed_at": "2020-01-01T00:00:00Z"}),
        ("ledger.redaction", uuid7(), {"revision": 1, "table_name": "unit", "authority": "eve", "reason": "forged"}),
    ],
)
def test_fixture_cannot_rewrite_the_ledger(
    tmp_path: Path, units: dict[Any, str], model: str, key: Any, fields: dict[str, Any]
) -> None:
    known = {
        "ledger.revision": {"change_class": "enrichment"},
        "ledger.ledgerhead": {"ledger_id": str(LedgerHead.objects.get().ledger_id)},
        "ledger.redaction": {"record_id": str(uuid7()), "fields": "[]"},
    }
    path = fixture_file(tmp_path, (model, key, {**fields, **known[model]}))
    before = everything(), everything("ledger_redaction")

    with refused(APPEND_ONLY, NO_REVISION):
        call_command("loaddata", path, verbosity=0)
    assert (everything(), everything("ledger_redaction")) == before

    revisions = list(Revision.objects.values())
    with change(), refused(APPEND_ONLY):
        call_command("loaddata", path, verbosity=0)
    assert list(Revision.objects.values()) == revisions
    assert not Redaction.objects.exists()
