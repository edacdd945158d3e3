"""`manage.py revert`: what it says it put back, and what it refuses in words."""

import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from greenapi.ledger.models import ChangeClass, LedgerHead, Revision
from indicators import changes
from indicators.models import Observation, Unit
from tests.application import application_role
from tests.factories import facts
from tests.factories.revisions import change

WORDS = {"actor": "olga", "reason": "A mistake"}


def run(*words: object, **options: Any) -> str:
    out = io.StringIO()
    call_command("revert", *map(str, words), stdout=out, no_color=True, **{**WORDS, **options})
    return out.getvalue()


@pytest.fixture
def unit(ledger_db: None) -> Unit:
    """A unit with two versions."""
    with change():
        made = facts.unit(slug="ell", name="first")
    with change():
        Unit.objects.filter(pk=made.pk).update(name="second", symbol="l")
    return made


@pytest.mark.parametrize("words", [["--revision", 2], ["--record", "units", "ell", "--to", 1]])
def test_what_was_put_back_is_said(unit: Unit, words: list[object]) -> None:
    assert run(*words) == f"Revision 3:\n  units {unit.pk}: name, symbol\n"

    assert Unit.objects.get().name == "first"
    revision = Revision.objects.get(number=3)
    assert (revision.actor, revision.reason, revision.change_class) == ("olga", "A mistake", "our_correction")


def test_record_is_put_back_to_a_moment(unit: Unit) -> None:
    first, second = (Revision.objects.get(number=number).recorded_at for number in (1, 2))
    run("--record", "units", unit.pk, "--to", (first + (second - first) / 2).isoformat(), change_class="merge")
    assert Unit.objects.get().name == "first"
    assert Revision.objects.get(number=3).change_class == "merge"

    run("--record", "units", "ell", "--to", second.isoformat())
    assert Unit.objects.get().name == "second"


def test_state_of_a_fact_is_said(ledger_db: None) -> None:
    with change():
        fact = facts.observation()
    with change(change_class=ChangeClass.RETRACTION):
        changes.withdraw(Observation.objects.get())

    said = run("--record", "observations", fact.pk, "--to", 1)
    assert said == f"Revision 3:\n  observations {fact.pk}: state (withdrawn → published)\n"
    assert run("--record", "observations", fact.pk, "--to", 1) == "It is as it was. No revision was made.\n"


def test_what_comes_and_goes_is_said(ledger_db: None) -> None:
    with change():
        gone = facts.unit().pk
    with change():
        Unit.objects.filter(pk=gone).delete()
        made = facts.unit().pk

    assert run("--revision", 2) == f"Revision 3:\n  units {gone}: put back\n  units {made}: gone again\n"


def test_application_role_may_undo(unit: Unit) -> None:
    with application_role():
        run("--revision", 2)

    assert Unit.objects.get().name == "first"


REFUSALS: list[tuple[list[object], str]] = [
    (["--revision", 2, "--to", 1], "--record needs --to, and --revision goes without"),
    (["--record", "units", "ell"], "--record needs --to"),
    (["--record", "unit", "ell", "--to", 1], r"There is no unit\. There are .*units\. Nothing was changed"),
    (["--record", "units", "elk", "--to", 1], "None of the units is called elk, and none was"),
    (["--record", "units", "ell", "--to", "yesterday"], "--to yesterday is no revision's number, day or time"),
    (["--record", "units", "ell", "--to", "2026-01-01T00:00:00"], "has no offset"),
    (["--record", "units", "ell", "--to", "2199-01-01"], "has not come yet"),
    (["--record", "units", "ell", "--to", 0], "It was not there at revision 0"),
    (["--record", "units", "ell", "--to", 10**30], "There is no revision 1000000000000000000000000000000 yet"),
    (["--record", "units", "ell", "--to", "1999-01-01"], "It was not there at revision 0"),
    (["--revision", 7], "There is no revision 7"),
    (["--revision", 1], r"Revision 2 changed units .* again\. Undo that first.* Nothing was changed"),
    (["--revision", 2, "--actor", " "], "--actor is empty"),
    (["--revision", 2, "--reason", ""], "--reason is empty"),
]


@pytest.mark.parametrize("number", range(len(REFUSALS)))
def test_refusal_is_in_words(unit: Unit, number: int) -> None:
    words, said = REFUSALS[number]
    given = {} if {"--actor", "--reason"} & set(map(str, words)) else WORDS
    rest = [word for name in WORDS if given == {} and f"--{name}" not in words for word in (f"--{name}", WORDS[name])]

    with pytest.raises(CommandError, match=said):
        call_command("revert", *map(str, [*words, *rest]), **given)
    assert LedgerHead.objects.get().number == 2


def test_rule_that_is_broken_is_named(unit: Unit) -> None:
    with change():
        Unit.objects.filter(pk=unit.pk).update(slug="old-ell")
    with change():
        facts.unit(slug="ell")

    with pytest.raises(
        CommandError, match=r"There is another record with the same values in unit .*Nothing was changed"
    ):
        run("--revision", 3)


def test_redaction_is_no_class_of_an_undoing(unit: Unit) -> None:
    with pytest.raises(CommandError, match="invalid choice: 'redaction'"):
        run("--revision", 2, "--change-class", "redaction")


def test_moment_before_the_first_revision(unit: Unit) -> None:
    before = datetime.now(UTC) - timedelta(days=400)
    with pytest.raises(CommandError, match="It was not there at revision 0"):
        run("--record", "units", "ell", "--to", before.isoformat())
