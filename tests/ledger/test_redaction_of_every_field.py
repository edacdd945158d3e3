"""Every field of every model can be redacted, or the refusal says in words what to do instead."""

from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection
from django.db.models import DateField, Field

from briefings.models import Document
from greenapi.ledger.explaining import explain
from greenapi.ledger.models import Redaction, Versioned
from greenapi.ledger.redaction import RedactionError, redact
from greenapi.ledger.tables import versioned_models
from greenapi.urls import RESOURCES
from tests.contract.client import ContractClient
from tests.factories.revisions import change

from .redacting import WORDS, redacting
from .second_writer import RolledBackError

MODELS = [model for model in versioned_models() if model is not Redaction]
# What a refusal tells to do, or why there is nothing to do.
ADVICE = (
    "Redact the whole record.",
    "Redact them together; or first record the record without the value",
    "Redact those first, or name the fields",
    "redact the text first",
    "it goes as a whole, or stays.",
    "its citations go with it.",
    # Nobody is told anything by a UUID.
    "The identifier stays",
)


def row_with(field: "Field[Any, Any]", model: type[Versioned]) -> Versioned:
    """A record that has a value in a field; one is given it where the bundled facts have none."""
    rows = model._default_manager.exclude(**{f"{field.name}__isnull": True}).order_by("id")
    found = next((row for row in rows if getattr(row, field.attname) != ""), None)
    return found or filled(field, model)


def filled(field: "Field[Any, Any]", model: type[Versioned]) -> Versioned:
    """A record that is given a value in a field, where the rules of its other fields allow for one."""
    values: dict[str, Any] = {field.name: date(2000, 1, 1) if isinstance(field, DateField) else "in our own words"}
    if field.name == "cited_work_locator":
        values["cited_work"] = Document.objects.first()
    for row in model._default_manager.order_by("id"):
        try:
            with change():
                model._default_manager.filter(pk=row.pk).update(**values)
        except IntegrityError:
            continue
        return model._default_manager.get(pk=row.pk)
    raise AssertionError(f"no {model.resource} can have a {field.name}")


def attempt(row: Versioned, *fields: str, api: ContractClient) -> str | None:
    """Redacts, asks, and rolls back; why it was refused, None when it was done."""
    try:
        with redacting():
            redact(type(row), row.pk, fields=fields, **WORDS)
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
            assert_gone(row, *fields)
            assert_answered(row, api=api)
            raise RolledBackError
    except RolledBackError:
        return None
    except RedactionError as error:
        return str(error)
    except DatabaseError as error:
        return explain(error)


def assert_gone(row: Versioned, *fields: str) -> None:
    """No version holds what the record held in these fields, or anything when none is named."""
    model = type(row)
    columns = [model._meta.get_field(name).attname for name in fields] or [  # type: ignore[union-attr]
        field.attname for field in model._meta.concrete_fields if not field.primary_key
    ]
    with connection.cursor() as cursor:
        for column in columns:
            cursor.execute(
                f'SELECT count(*) FROM {model._meta.db_table}_version WHERE id = %s AND "{column}" = %s',
                [row.pk, getattr(row, column)],
            )
            assert cursor.fetchone() == (0,)


def assert_answered(row: Versioned, *, api: ContractClient) -> None:
    """The record's resource answers as the contract says, today and as of the first revision."""
    if type(row).resource in RESOURCES:
        for as_of in ("", "&as_of=1"):
            assert api.get(f"/api/v1/{type(row).resource}?page_size=1000{as_of}").status_code == 200


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.resource)
def test_every_field_is_redacted_or_refused_with_advice(
    dataset: None, api: ContractClient, model: type[Versioned]
) -> None:
    done = []
    for field in model._meta.concrete_fields:
        refusal = attempt(row_with(field, model), field.name, api=api)
        assert refusal is None or any(advice in refusal for advice in ADVICE), f"{field.name}: {refusal}"
        if refusal is None:
            done.append(field)

    # Free text is what people write into: it can always go, but for what the record hangs by.
    free = {field for field in model._meta.concrete_fields if field.get_internal_type() in ("CharField", "TextField")}
    kept = {field.name for field in free if not field.choices and field not in done}
    assert kept <= {"sha256", "text", "exact", "label", "denominator", "area"}


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.resource)
def test_every_record_is_redacted_as_a_whole_or_refused_with_advice(
    dataset: None, api: ContractClient, model: type[Versioned]
) -> None:
    row = model._default_manager.order_by("id").first()
    assert row is not None

    refusal = attempt(row, api=api)

    assert refusal is None or any(advice in refusal for advice in ADVICE), refusal
