"""Undo: what was is again, as a new revision; what stands later is never lost; and the past stays what it was."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from briefings.models import Briefing, Speaker
from greenapi.ledger.identifiers import uuid7
from greenapi.ledger.models import LedgerHead
from greenapi.ledger.reading import reading
from greenapi.ledger.revisions import NoRevisionError
from greenapi.ledger.undo import UndoError, revert_record, revert_revision
from indicators import changes
from indicators.measures import Bounds
from indicators.models import Indicator, IndicatorTopic, Observation, ObservationCitation, Topic, Unit
from tests.factories import facts, sources
from tests.factories.revisions import change
from tests.ledger.wholeness import first_broken

from .redacting import execute, redacted
from .second_writer import RolledBackError
from .test_history import MODELS, Memory, Writing, expected_tables, perform, read_joined, read_tables, writings

Tables = dict[str, dict[Any, dict[str, Any]]]


def played(history: list[Writing]) -> tuple[Memory, dict[int, Tables]]:
    """Writes a history, and gives what was there as of each revision, that before the first included."""
    memory = Memory()
    kept = {LedgerHead.objects.get().number: expected_tables(memory)}
    for writing in history:
        tried = memory.copy()
        try:
            with change() as opened:
                for step in writing.steps:
                    perform(step, tried)
                if writing.rolls_back:
                    raise RolledBackError
        except RolledBackError:
            continue
        if tried.changed:
            memory = tried.copy()
            kept[opened.number] = expected_tables(memory)
    return memory, kept


def assert_past(kept: dict[int, Tables], memory: Memory) -> None:
    for number, then in kept.items():
        with reading(as_of=number):
            assert read_tables(memory.known) == then


@given(history=st.lists(writings, min_size=2, max_size=6), pick=st.integers(0, 9))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_revision_undone_gives_what_was_before_it(ledger_db: None, history: list[Writing], pick: int) -> None:
    memory, kept = played(history)
    numbers = sorted(kept)[1:]
    if not numbers:
        return
    undone = numbers[-1 - pick % len(numbers)]
    before, after, now = kept[undone - 1], kept[undone], kept[numbers[-1]]
    expected = {table: dict(rows) for table, rows in now.items()}
    for table in MODELS:
        for identity in before[table].keys() | after[table].keys():
            if before[table].get(identity) != after[table].get(identity):
                expected[table].pop(identity, None)
                if identity in before[table]:
                    expected[table][identity] = before[table][identity]

    try:
        with change():
            revert_revision(undone)
    except (UndoError, IntegrityError):
        # The newest can always be undone.
        assert undone != numbers[-1]
        assert read_tables(memory.known) == now
    else:
        assert read_tables(memory.known) == expected
        head = LedgerHead.objects.get().number
        if head != numbers[-1]:
            with change():
                revert_revision(head)
            assert read_tables(memory.known) == now
    assert_past(kept, memory)


@given(history=st.lists(writings, min_size=2, max_size=6), pick=st.integers(0, 9), back=st.integers(0, 9))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_record_put_back_is_as_it_was_with_its_parts(
    ledger_db: None, history: list[Writing], pick: int, back: int
) -> None:
    memory, kept = played(history)
    numbers = sorted(kept)
    to, now = numbers[back % len(numbers)], kept[numbers[-1]]
    present = sorted(kept[to]["indicator"])
    if not present:
        return
    record = present[pick % len(present)]
    links = {
        number: {key: row for key, row in kept[number]["indicator_topic"].items() if row["indicator_id"] == record}
        for number in (to, numbers[-1])
    }

    try:
        with change():
            revert_record(Indicator, record, to=to)
    except (UndoError, IntegrityError):
        assert to != numbers[-1]
        assert read_tables(memory.known) == now
    else:
        found = read_tables(memory.known)
        assert found["indicator"] == {**now["indicator"], record: kept[to]["indicator"][record]}
        assert {key: found["indicator_topic"].get(key) for key in links[to]} == links[to]
        assert (found["unit"], found["topic"]) == (now["unit"], now["topic"])
    assert_past(kept, memory)


def test_link_taken_away_is_put_back(ledger_db: None) -> None:
    with change():
        link = IndicatorTopic.objects.create(indicator=facts.indicator(), topic=facts.topic())
    with change():
        IndicatorTopic.objects.filter(pk=link.pk).delete()
    with change():
        revert_revision(2)

    assert len(read_joined({link.pk})) == 1
    assert first_broken() is None


def test_fact_is_put_back_with_its_citations_and_its_state(ledger_db: None) -> None:
    with change():
        fact = facts.observation(note="first")
        kept = ObservationCitation.objects.get()
    with change():
        changes.withdraw(fact)
    with change():
        Observation.objects.filter(pk=fact.pk).update(note="second")
        changes.cite(fact, parts=[])
    with change() as opened:
        revert_record(Observation, fact.pk, to=1)

    found = Observation.objects.get()
    assert (found.note, found.state) == ("first", "published")
    assert ObservationCitation.objects.get() == kept
    assert opened.number == LedgerHead.objects.get().number == 4
    with reading(as_of=3):
        assert Observation.objects.get().note == "second"
        assert not ObservationCitation.objects.exists()
    assert first_broken() is None


def test_deleted_record_is_put_back(ledger_db: None) -> None:
    with change():
        unit = facts.unit(name="ell")
    with change():
        Unit.objects.filter(pk=unit.pk).delete()
    with change():
        revert_record(Unit, unit.pk, to=1)

    assert Unit.objects.get() == unit


def test_put_back_again_makes_no_revision(ledger_db: None) -> None:
    with change():
        unit = facts.unit()
    with change():
        revert_record(Unit, unit.pk, to=1)

    assert LedgerHead.objects.get().number == 1


def test_what_takes_the_place_of_something_makes_room_for_it(ledger_db: None) -> None:
    with change():
        first = facts.unit(slug="ell")
    with change():
        Unit.objects.filter(pk=first.pk).delete()
        facts.unit(slug="ell")
    with change():
        revert_revision(2)

    assert Unit.objects.get() == first


def test_later_change_is_named(ledger_db: None) -> None:
    with change():
        unit = facts.unit(name="a")
    for name in "bc":
        with change():
            Unit.objects.filter(pk=unit.pk).update(name=name)

    with pytest.raises(UndoError, match=rf"Revision 3 changed units {unit.pk} again\. Undo that first"), change():
        revert_revision(2)
    assert Unit.objects.get().name == "c"


def test_what_points_to_a_record_that_would_go_is_named(ledger_db: None) -> None:
    with change():
        unit = facts.unit()
    with change():
        indicator = facts.indicator(unit=unit)

    words = rf"units {unit.pk} would go, and indicators {indicator.pk} of revision 2 points to it"
    with pytest.raises(UndoError, match=words), change():
        revert_revision(1)


def test_what_points_to_something_gone_is_refused(ledger_db: None) -> None:
    with change():
        wide, narrow = facts.topic(), facts.topic()
        Topic.objects.filter(pk=narrow.pk).update(parent=wide)
    with change():
        Topic.objects.filter(pk=narrow.pk).update(parent=None)
    with change():
        Topic.objects.filter(pk=wide.pk).delete()

    with pytest.raises(UndoError, match="pointed to a record that is not there any more"), change():
        revert_record(Topic, narrow.pk, to=1)


def test_rules_of_the_database_hold_for_what_is_put_back(ledger_db: None) -> None:
    with change():
        fact = facts.observation(published=False)
    with change():
        Observation.objects.filter(pk=fact.pk).update(state="published", submitted_by="ada", reviewed_by="bea")
    with change():
        changes.withdraw(Observation.objects.get())
        ObservationCitation.objects.all().delete()
        Observation.objects.update(note="later")
    # Its citation is put back with it; without it, it would not be published.
    with change():
        revert_record(Observation, fact.pk, to=2)
    assert Observation.objects.get().state == "published"
    with change():
        Observation.objects.update(state="withdrawn")
    with change():
        ObservationCitation.objects.all().delete()

    with pytest.raises(IntegrityError, match="is published without a citation"), change():
        revert_revision(5)


def test_redaction_is_not_undone(ledger_db: None) -> None:
    with change():
        blanked, removed = sources.speaker(name="Zofia", note="kept"), facts.unit()
    with change():
        Speaker.objects.filter(pk=blanked.pk).update(note="changed")
        Unit.objects.filter(pk=removed.pk).update(symbol="x")
    redacted(Speaker, blanked.pk, "name")
    redacted(Unit, removed.pk)

    with pytest.raises(UndoError, match="Revision 3 is a redaction and cannot be undone"), change():
        revert_revision(3)
    with pytest.raises(UndoError, match=f"Revision 3 redacted speakers {blanked.pk} since"), change():
        revert_revision(2)
    with pytest.raises(UndoError, match="was redacted as a whole: what it held is gone"), change():
        revert_record(Unit, removed.pk, to=1)
    with change():
        revert_record(Speaker, blanked.pk, to=1)
    found = Speaker.objects.get()
    assert (found.name, found.note) == ("[redacted]", "kept")
    assert first_broken() is None


@pytest.mark.parametrize(("to", "words"), [(0, "It was not there at revision 0"), (2, "There is no revision 2 yet")])
def test_revision_without_the_record_is_refused(ledger_db: None, to: int, words: str) -> None:
    with change():
        unit = facts.unit()
    with pytest.raises(UndoError, match=words), change():
        revert_record(Unit, unit.pk, to=to)
    with pytest.raises(UndoError, match="It was not there"), change():
        revert_record(Unit, uuid7(), to=1)


@pytest.mark.parametrize("number", [0, -1, 2, 3, 10**30])
def test_revision_that_is_not_there_is_refused(ledger_db: None, number: int) -> None:
    with change():
        facts.unit()
    with pytest.raises(UndoError, match=f"There is no revision {number}"), change():
        revert_revision(number)


def test_undoing_needs_a_revision(db: None) -> None:
    with pytest.raises(NoRevisionError):
        revert_revision(1)
    with pytest.raises(NoRevisionError):
        revert_record(Unit, uuid7(), to=1)


def test_column_younger_than_the_version_keeps_its_value(ledger_db: None) -> None:
    execute("ALTER TABLE unit ALTER COLUMN symbol DROP NOT NULL")
    with change():
        unit = facts.unit(name="a")
        execute("UPDATE unit SET symbol = NULL")
    with change():
        execute("UPDATE unit SET symbol = 'x', name = 'b'")
    execute("ALTER TABLE unit ALTER COLUMN symbol SET NOT NULL")
    with change():
        revert_record(Unit, unit.pk, to=1)

    found = Unit.objects.get()
    assert (found.name, found.symbol) == ("a", "x")


def test_what_follows_from_others_follows_from_what_they_are_now(ledger_db: None) -> None:
    with change():
        fact = facts.observation(note="first")
        briefing = Briefing.objects.get()
    with change():
        Observation.objects.update(note="second")
    with change():
        Briefing.objects.filter(pk=briefing.pk).update(held_on=date(2032, 5, 5))
        upper = Bounds(lower=Decimal(0), upper=Decimal(50), lower_closed=True, upper_closed=True)
        changes.record_indicators([{"slug": fact.indicator.slug, "domain": upper}])
    with change():
        revert_record(Observation, fact.pk, to=1)

    found = Observation.objects.get()
    assert (found.note, found.stated_on, str(found.bounds)) == ("first", date(2032, 5, 5), "(20, 50]")


def test_facts_follow_an_indicator_and_a_briefing_that_are_put_back(ledger_db: None) -> None:
    with change():
        fact = facts.observation()
        briefing = Briefing.objects.get()
        day = briefing.held_on
    with change():
        Briefing.objects.filter(pk=briefing.pk).update(held_on=date(2032, 5, 5))
    with change():
        upper = Bounds(lower=Decimal(0), upper=Decimal(50), lower_closed=True, upper_closed=True)
        changes.record_indicators([{"slug": fact.indicator.slug, "domain": upper}])
    with change():
        later = facts.observation(indicator=fact.indicator, segment=fact.segment)
    with change():
        revert_record(Briefing, briefing.pk, to=1)
        revert_record(Indicator, fact.indicator.pk, to=1)

    found = Observation.objects.filter(pk__in=[fact.pk, later.pk])
    assert {(each.stated_on, str(each.bounds)) for each in found} == {(day, "(20, 100]")}
    assert first_broken() is None


def test_domain_that_later_values_do_not_fit_is_not_put_back(ledger_db: None) -> None:
    narrow = Bounds(lower=Decimal(0), upper=Decimal(10), lower_closed=True, upper_closed=True)
    with change():
        indicator = facts.indicator(domain=narrow)
    with change():
        changes.record_indicators([{"slug": indicator.slug, "domain": facts.SHARE}])
    with change():
        facts.observation(indicator=Indicator.objects.get())

    with pytest.raises(UndoError, match="does not fit what others are now"), change():
        revert_revision(2)
