"""A small ledger in which every versioned table has versions of every sort: inserted, closed, deleted and redacted."""

from django.db import connection

from greenapi.ledger.identifiers import uuid7
from greenapi.ledger.models import ChangeClass, Redaction
from greenapi.ledger.redaction import redact
from greenapi.ledger.tables import versioned_models
from indicators import changes
from indicators.models import Unit
from tests.factories import facts, sources
from tests.factories.revisions import change

# The tables whose rows come and go; tombstones stay.
TABLES = [model._meta.db_table for model in versioned_models() if model is not Redaction]
# A column of text in each table that has one without rules, to make second versions with.
WORDS = {
    "organization": "note",
    "speaker": "note",
    "role": "title",
    "document": "note",
    "document_copy": "note",
    "briefing": "note",
    "segment": "note",
    "citation": "prefix",
    "unit": "name",
    "topic": "name",
    "scope": "name",
    "period": "note",
    "indicator": "note",
    "programme": "name",
    "observation": "note",
    "commitment": "note",
    "commitment_event": "description",
    "claim_link": "note",
}


def fill() -> None:
    """Makes about ten revisions: one row of each sort, all deleted, made anew twice, changed, and redacted."""
    with change():
        one_of_each()
    with change():
        _execute(";".join(f"DELETE FROM {table}" for table in TABLES))
    for _ in range(2):
        with change():
            one_of_each()
    with change(actor="Ω “bea”\n", reason='tab\t, \\ and "quotes"', change_class=ChangeClass.OUR_CORRECTION):
        _execute(
            ";".join(f"""UPDATE {table} SET {column} = {column} || ' “ø”\n\t\\'""" for table, column in WORDS.items())
        )
    with change():
        whole, named = facts.unit(), facts.unit(definition="Not for everybody.")
    with change():
        Unit.objects.filter(id=named.id).update(name="another name")
    with change(change_class=ChangeClass.REDACTION):
        redact(Unit, whole.id, authority="a court", reason="ordered")
        redact(Unit, named.id, fields=["definition"], authority="a court", reason="ordered")
    with change(change_class=ChangeClass.REDACTION):
        redact(Unit, named.id, fields=["name"], authority="a court", reason="ordered again")


def one_of_each() -> None:
    """One row or more in every table, inside an open revision."""
    segment = sources.segment(speaker=sources.speaker(), label="Ada Fern", label_start=0, label_end=8)
    role = sources.role(organization=sources.organization(parent=sources.organization()))
    indicator = facts.indicator()
    changes.set_topics(indicator, topics=[facts.topic(parent=facts.topic())])
    programme = {"slug": f"programme-{uuid7()}", "name": "programme", "kind": "policy", "organization": None}
    observation = facts.observation(indicator=indicator, segment=segment, speaker=role.speaker, role=role)
    commitment = facts.commitment(segment=segment, programme=changes.record_programmes([programme])[programme["slug"]])
    event = facts.event(of=commitment, fulfilment="in_progress")
    changes.cite_evidence(event, citations=[sources.citation(of=segment.document_version)])
    facts.evidence(source=observation, target=commitment)


def _execute(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)
