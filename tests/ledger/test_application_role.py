"""The application role can do all that the service does: write, read the past, answer, let people work at the desk."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import IntegrityError, connection
from django.test import Client
from django.urls import reverse

from greenapi.ledger.identifiers import uuid7
from greenapi.ledger.models import Revision
from greenapi.ledger.reading import reading, revision_at
from greenapi.ledger.tables import versioned_models
from indicators.models import IndicatorTopic, Unit
from tests.application import application_role
from tests.contract.client import ContractClient
from tests.desk import Desk, newest
from tests.factories import facts
from tests.factories.revisions import change
from tests.ledger import test_versioning as ways

INSERTS = [
    *(ways.insert_raw, ways.insert_saved, ways.insert_bulk, ways.insert_copied, ways.insert_unless_there),
    ways.insert_merged,
]
UPDATES = [
    *(ways.update_raw, ways.update_saved, ways.update_many, ways.update_bulk, ways.update_computed),
    *(ways.update_conflicting, ways.update_merged, ways.update_joined),
]
DELETES = [ways.delete_raw, ways.delete_model, ways.delete_many, ways.delete_merged]


@pytest.fixture(autouse=True)
def served(ledger_db: None) -> Iterator[None]:
    """A database of its own, without rows, in which everybody is the application role."""
    with application_role():
        yield


def test_every_way_of_writing_is_recorded() -> None:
    for insert in INSERTS:
        identity = uuid7()
        with change() as opened:
            insert(identity=identity, name=f"unit-{identity}")
        assert ways.versions(identity) == [(opened.number, None, "I", f"unit-{identity}")]
    for update in UPDATES:
        with change() as first:
            row = facts.unit(name="was")
        with change() as second:
            update(row)
        assert ways.versions(row.id) == [
            (first.number, second.number, "I", "was"),
            (second.number, None, "U", "changed"),
        ]
    for delete in DELETES:
        with change() as first:
            row = facts.unit(name="was")
        with change() as second:
            delete(row)
        assert ways.versions(row.id, column="op") == [
            (first.number, second.number, "I", "I"),
            (second.number, second.number, "D", "D"),
        ]


def test_past_is_read_and_a_moment_closed() -> None:
    with change() as first:
        row = facts.unit(name="was")
    with change() as second:
        Unit.objects.filter(id=row.id).update(name="changed")

    assert revision_at(datetime.now(UTC)) == second.number
    with reading(as_of=first.number):
        assert [unit.name for unit in Unit.objects.all()] == ["was"]
    with reading():
        assert [unit.name for unit in Unit.objects.all()] == ["changed"]


def test_revision_that_changes_nothing_leaves_no_trace() -> None:
    with change():
        pass

    assert not Revision.objects.exists()


def test_link_to_nothing_is_still_refused_at_commit() -> None:
    with pytest.raises(IntegrityError), change():
        IndicatorTopic(topic_id=uuid7(), indicator=facts.indicator()).save()


def test_feed_and_proof_are_answered(api: ContractClient) -> None:
    with change():
        fact = facts.observation()

    (revision,) = api.read("/api/v1/changes")["results"]

    assert str(fact.id) in {found["id"] for found in revision["changes"]}
    assert api.read("/api/v1/ledger")["hash"] == revision["hash"]
    assert api.read("/api/v1/ledger/proof")["revisions"][0]["rows_hash"] == revision["rows_hash"]
    assert api.read("/api/v1/redactions")["results"] == []


def test_person_signs_in_saves_at_the_desk_and_signs_out(api: ContractClient) -> None:
    with change():
        draft = facts.observation(published=False)
    desk = Desk(username="bea")
    User.objects.create_superuser("ada", password="an-entrance-of-ada")
    desk.client = Client()
    signed_in = desk.client.post(reverse("admin:login"), {"username": "ada", "password": "an-entrance-of-ada"})

    assert signed_in.status_code == 302
    desk.change(draft, note="Read again.")
    assert newest() == ("ada", "Because the page says so.", "enrichment")
    desk.step(draft, "submit")
    assert Desk(username="cora").step(draft, "publish").status_code == 302
    assert [fact["note"] for fact in api.read("/api/v1/observations")["results"]] == ["Read again."]
    assert api.read("/api/v1/observations?as_of=1")["results"] == []
    assert desk.client.post(reverse("admin:logout")).status_code == 200
    assert desk.open(reverse("admin:index")).status_code == 302


def test_dataset_is_loaded_the_ledger_verified_and_the_service_ready(
    api: ContractClient, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("load_dataset", verbosity=0)
    capsys.readouterr()

    call_command("check_ledger")
    assert capsys.readouterr().out == f"{len(versioned_models())} versioned tables are in step with the models.\n"
    call_command("verify_ledger")
    assert capsys.readouterr().out.endswith(" is whole: 1 revisions.\n")
    assert api.get("/health/ready").status_code == 200
    assert api.read("/api/v1/observations?page_size=1")["results"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("greenapi_app",)
