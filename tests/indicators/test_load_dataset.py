"""`load_dataset`: repeatable, one revision with exactly what changed, and nothing at all of what is broken."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from greenapi.ledger.models import LedgerHead, Revision
from greenapi.ledger.reading import reading
from greenapi.ledger.tables import versioned_models
from indicators.changes import withdraw
from indicators.dataset.reading import BUNDLED
from indicators.models import Commitment, Observation, Unit
from tests.factories.revisions import change

from .test_dataset_reading import FICTION, append, copy, edit

__all__ = ["copy"]  # a fixture

OBSERVATION = "01a20156-843b-75e5-b45f-fbd69ab71118"
COMMITMENT = "01a20156-8502-7129-a4f3-f7de8df216e6"
DEADLINE = (
    '  { part = "deadline", id = "01a20156-8501-7552-aaf1-97725b09bf37", start = 319, end = 337, '
    'exact = "by the end of 2030" },\n'
)


def load(folder: Path = BUNDLED, **options: Any) -> None:
    call_command("load_dataset", dataset=folder, verbosity=0, **options)


def head() -> int:
    return LedgerHead.objects.get().number


def versions_of(number: int) -> dict[str, list[str]]:
    """The operations that a revision recorded, by table."""
    found = {}
    with connection.cursor() as cursor:
        for model in versioned_models():
            table = model._meta.db_table
            cursor.execute(f"SELECT op FROM {table}_version WHERE rev_from = %s ORDER BY op", [number])
            if operations := [operation for (operation,) in cursor.fetchall()]:
                found[table] = operations
    return found


def test_second_run_makes_no_revision(dataset: None, capsys: pytest.CaptureFixture[str]) -> None:
    before = head()

    load()

    assert head() == before
    assert "nothing changed" in capsys.readouterr().out


def test_load_into_an_empty_database_is_one_revision(ledger_db: None, capsys: pytest.CaptureFixture[str]) -> None:
    load()

    assert Revision.objects.count() == 1
    assert capsys.readouterr().out.startswith(f"6 documents, {Observation.objects.count()} observations, ")
    assert list(Observation.objects.exclude(state="published")) == []
    load()
    assert Revision.objects.count() == 1


# A change of one file: the file, what is replaced by what, and the operations by table that it must make.
CHANGES: dict[str, tuple[str, str, str, dict[str, list[str]]]] = {
    "name of a unit": ("vocabulary/units.toml", 'name = "percent"', 'name = "per cent"', {"unit": ["U"]}),
    "value": (
        f"{FICTION}/observations.toml",
        'value_printed = "between 55% and 60%"\nvalue = 55',
        'value_printed = "between 54% and 60%"\nvalue = 54',
        {"observation": ["U"]},
    ),
    "final zero": (f"{FICTION}/observations.toml", "value = 55", "value = 55.0", {"observation": ["U"]}),
    "title": (f"{FICTION}/commitments.toml", "Have at least half", "Make at least half", {"commitment": ["U"]}),
    "deadline": (
        f"{FICTION}/commitments.toml",
        'operator = "by", on = 2030-12-31',
        'operator = "before", on = 2030-12-31',
        {"commitment": ["U"]},
    ),
    "citation taken away": (
        f"{FICTION}/commitments.toml",
        DEADLINE,
        "",
        {"commitment_citation": ["D"]},
    ),
    "part that is cited": (
        f"{FICTION}/commitments.toml",
        'part = "deadline", id = "01a20156-8501-7552-aaf1-97725b09bf37"',
        'part = "period", id = "01a20156-8501-7552-aaf1-97725b09bf37"',
        {"commitment_citation": ["D", "I"]},
    ),
    "label of a segment": (
        f"{FICTION}/document.toml",
        'label = "Pella Wrenfield"',
        'label = "Pella Wrenfeld"',
        {"segment": ["U"]},
    ),
    "event": ("links.toml", "occurred_on = 2023-12-31", "occurred_on = 2023-12-30", {"commitment_event": ["U"]}),
    "comment": ("links.toml", "#", "# Again.\n#", {}),
}


@pytest.mark.parametrize("name", CHANGES)
def test_changed_file_makes_one_revision_with_exactly_that_change(dataset: None, copy: Path, name: str) -> None:
    file, old, new, expected = CHANGES[name]
    before = head()
    edit(copy / file, old=old, new=new)

    load(copy)

    assert head() == before + bool(expected)
    assert versions_of(before + 1) == expected
    load(copy)
    assert head() == before + bool(expected)


def test_new_entry_is_one_insert(dataset: None, copy: Path) -> None:
    before = head()
    append(copy / "vocabulary" / "units.toml", text='[[units]]\nslug = "ell"\nname = "ell"\nquantity = "length"')

    load(copy, reason="An ell is needed", actor="ada", change_class="our_correction")

    assert versions_of(before + 1) == {"unit": ["I"]}
    revision = Revision.objects.get(number=before + 1)
    assert (revision.actor, revision.change_class) == ("ada", "our_correction")
    assert re.fullmatch(r"An ell is needed \(files [0-9a-f]{12}\)", revision.reason)


def test_value_before_the_change_is_still_read(dataset: None, copy: Path) -> None:
    before = head()
    edit(
        copy / FICTION / "observations.toml",
        old='value_printed = "between 55% and 60%"\nvalue = 55',
        new='value_printed = "between 54% and 60%"\nvalue = 54',
    )
    load(copy)

    with reading(as_of=before):
        assert Observation.objects.get(id=OBSERVATION).value == 55
    assert Observation.objects.get(id=OBSERVATION).value == 54


def test_fact_withdrawn_since_stays_withdrawn(dataset: None) -> None:
    with change():
        withdraw(Observation.objects.get(id=OBSERVATION))
    load()

    assert Observation.objects.get(id=OBSERVATION).state == "withdrawn"


# What is broken in one file: what is replaced by what, and the words that the message must hold.
BROKEN: dict[str, tuple[str, str, str, list[str]]] = {
    "TOML": (f"{FICTION}/commitments.toml", "segment = 1", "segment =", ["line 5"]),
    "unknown segment": (f"{FICTION}/commitments.toml", "segment = 1", "segment = 99", ["segment", "99", COMMITMENT]),
    "unknown programme": (
        f"{FICTION}/commitments.toml",
        'programme = "clean-crossings-plan"',
        'programme = "no-such-plan"',
        ["programme", "no-such-plan", COMMITMENT],
    ),
    "unknown indicator of a target": (
        f"{FICTION}/commitments.toml",
        'indicator = "harbour-city-electric-crossings"',
        'indicator = "no-such-indicator"',
        ["indicator", "no-such-indicator", COMMITMENT],
    ),
    "unknown unit": ("vocabulary/indicators.toml", 'unit = "', 'unit = "no-such-', ["unit", "no-such-"]),
    "unknown parent": ("vocabulary/topics.toml", "[[topics]]", '[[topics]]\nparent = "no-such"', ["parent", "no-such"]),
    "unknown commitment of an event": (
        "links.toml",
        'commitment = "01a20156-84be',
        'commitment = "ffffffff-84be',
        ["commitment", "ffffffff-84be", "01a20156-8521-7d9f-a7d0-5ca677c54a46"],
    ),
    "unknown document of evidence": (
        "links.toml",
        'document = "scio-2024',
        'document = "no-such-2024',
        ["document", "no-such-2024", "01a20156-8418-79ca-b3d3-279de487cb15"],
    ),
    "reason is missing": (
        f"{FICTION}/document.toml",
        'page_reason = "The page prints',
        'page_reason = ""\npublished_on_reason = "The page prints',
        ["document_inferred_page_has_reason", FICTION],
    ),
    "dates in the wrong order": (
        "vocabulary/periods.toml",
        "end_on = 2023-02-03",
        "end_on = 1923-02-03",
        ["period_dates_in_order", "2023-02-03"],
    ),
    "deadline without meaning": (
        f"{FICTION}/commitments.toml",
        'operator = "by", on = 2030-12-31',
        'operator = "none", on = 2030-12-31',
        ["commitment_deadline_has_date", COMMITMENT],
    ),
    "number that its own words do not say": (
        f"{FICTION}/observations.toml",
        "value = 55",
        "value = 54",
        ["value", "54", "between 55% and 60%", OBSERVATION],
    ),
    "word outside its vocabulary": (
        f"{FICTION}/commitments.toml",
        'kind = "outcome"',
        'kind = "wish"',
        ["kind", "wish", COMMITMENT],
    ),
    "value outside its domain": (
        f"{FICTION}/observations.toml",
        "value = 55\nvalue_high = 60",
        "value = 101\nvalue_high = 102",
        ["value", "101", OBSERVATION],
    ),
    "no number": (f"{FICTION}/observations.toml", "value = 55", "value = nan", ["value", OBSERVATION]),
    "between without two values": (
        f"{FICTION}/observations.toml",
        "value_high = 60\n",
        "",
        ["value", OBSERVATION],
    ),
    "words that are not at the place cited": (
        f"{FICTION}/observations.toml",
        'exact = "between 55% and 60%"',
        'exact = "between 55% and 61%"',
        ["between 55% and 61%", "01a20156-8438-79c5-a710-b2f9a5478047"],
    ),
    "offsets that do not fit the words": (
        f"{FICTION}/observations.toml",
        "start = 1027",
        "start = 1026",
        ["citation_exact_fits_offsets", "01a20156-8438-79c5-a710-b2f9a5478047"],
    ),
    "same segment number twice": (
        f"{FICTION}/document.toml",
        "number = 2\n",
        "number = 3\n",
        ["segment_number_unique", "number"],
    ),
    "hash of another text": (
        f"{FICTION}/document.toml",
        'sha256 = "fee1e8ab',
        'sha256 = "00000000',
        ["version", "fee1e8ab44a8e91ea1d368a91e4c099c2b0e694d583516ccbe4359551632fec8"],
    ),
    "length of another text": (f"{FICTION}/document.toml", "length = 4142", "length = 4141", ["version", "4142"]),
    "text changed": (f"{FICTION}/text.txt", "e", "ee", ["version", "SHA-256"]),
    "submitted and reviewed by one person": (
        "dataset.toml",
        'reviewed_by = "dataset reviewer"',
        'reviewed_by = "dataset editor"',
        ["two_persons"],
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_file_is_named_and_nothing_is_loaded(ledger_db: None, copy: Path, name: str) -> None:
    file, old, new, words = BROKEN[name]
    edit(copy / file, old=old, new=new)

    with pytest.raises(CommandError) as caught:
        load(copy)

    message = str(caught.value)
    named = "document.toml" if file.endswith("text.txt") else file
    if name != "submitted and reviewed by one person":
        words = [named, *words]
    assert [word for word in words if word not in message] == []
    assert head() == 0
    assert not any(model._default_manager.exists() for model in versioned_models())


def test_valid_changes_beside_a_broken_one_are_not_loaded_either(dataset: None, copy: Path) -> None:
    before = head()
    edit(copy / "vocabulary" / "units.toml", old='name = "percent"', new='name = "per cent"')
    edit(copy / "links.toml", old='commitment = "01a20156-84be', new='commitment = "ffffffff-84be')

    with pytest.raises(CommandError, match="Nothing was loaded"):
        load(copy)

    assert head() == before
    assert Unit.objects.get(slug="percent").name == "percent"


@pytest.mark.parametrize(
    ("file", "entry"),
    [
        ("vocabulary/units.toml", '[[units]]\nslug = "percent"\nname = "again"\nquantity = "ratio"'),
        ("vocabulary/units.toml", '[[units]]\nslug = "ell"\nname = "a"\nquantity = "b"\n' * 2),
    ],
)
def test_two_entries_of_one_slug_are_refused(dataset: None, copy: Path, file: str, entry: str) -> None:
    append(copy / file, text=entry.replace('[[units]]\nslug = "ell"', '\n[[units]]\nslug = "ell"'))
    slug = "percent" if "percent" in entry else "ell"

    with pytest.raises(CommandError) as caught:
        load(copy)
    assert file in str(caught.value) and slug in str(caught.value)


def test_two_facts_of_one_id_are_refused(dataset: None, copy: Path) -> None:
    file = copy / FICTION / "commitments.toml"
    first = file.read_text(encoding="utf-8").split("[[commitments]]")[1]
    append(file, text=f"[[commitments]]{first}".replace("Have at least half", "Make at least half"))

    with pytest.raises(CommandError) as caught:
        load(copy)
    assert f"{FICTION}/commitments.toml" in str(caught.value) and COMMITMENT in str(caught.value)
    assert Commitment.objects.get(id=COMMITMENT).title.startswith("Have at least half")


def test_unchanged_files_undo_nothing_that_was_changed_since(dataset: None, copy: Path) -> None:
    load(copy)
    with change():
        Unit.objects.filter(slug="percent").update(name="per cent")
    before = head()

    load(copy)
    assert (head(), Unit.objects.get(slug="percent").name) == (before, "per cent")
    load(copy, again=True)
    assert (head(), Unit.objects.get(slug="percent").name) == (before + 1, "percent")


@pytest.mark.parametrize("actor", ["", "  "])
def test_empty_actor_is_refused(dataset: None, copy: Path, actor: str) -> None:
    with pytest.raises(CommandError, match="--actor is empty"):
        load(copy, actor=actor)
