"""Slugs and hashes name one record each, and nothing that others refer to can be deleted."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection
from django.db.models import Model

from indicators.models import Programme
from tests.factories import facts, sources
from tests.factories.revisions import change

from .test_constraints import again, held_text

pytestmark = pytest.mark.django_db

SLUGGED: Mapping[str, Callable[[], Model]] = {
    "organization": sources.organization,
    "speaker": sources.speaker,
    "briefing": sources.briefing,
    "document": sources.document,
    "unit": facts.unit,
    "topic": facts.topic,
    "scope": facts.scope,
    "period": facts.period,
    "indicator": facts.indicator,
    "programme": lambda: Programme.objects.create(slug="made-programme", name="Mills", kind="goal"),
}


@pytest.mark.parametrize("name", SLUGGED)
def test_slug_names_one_record(name: str) -> None:
    with pytest.raises(IntegrityError, match=f"{name}_slug_"), change():
        again(SLUGGED[name])()


def test_hash_names_one_version_and_a_version_has_one_text() -> None:
    with pytest.raises(IntegrityError, match="document_copy_sha256_"), change():
        again(lambda: sources.version(held=False))()
    with pytest.raises(IntegrityError, match="document_text_version_id_"), change():
        again(held_text)()


def test_every_model_with_a_slug_is_tried() -> None:
    slugged = {
        model._meta.db_table for model in apps.get_models() if any(field.name == "slug" for field in model._meta.fields)
    }

    assert slugged == set(SLUGGED)


REFERRED: list[tuple[Callable[[], Model], Callable[[Any], Model]]] = [
    (facts.observation, lambda fact: fact.unit),
    (facts.observation, lambda fact: fact.indicator),
    (facts.observation, lambda fact: fact.segment),
    (facts.observation, lambda fact: fact.cited_parts.get().citation),
    (facts.commitment, lambda fact: fact.segment.document_version),
    (sources.role, lambda role: role.speaker),
    (sources.role, lambda role: role.organization),
    (sources.document, lambda document: document.briefing),
]


@pytest.mark.parametrize("number", range(len(REFERRED)))
def test_row_that_others_refer_to_cannot_be_deleted(number: int) -> None:
    make, referred = REFERRED[number]

    with change():
        target = referred(make())

    with pytest.raises(IntegrityError, match="foreign key"), change():
        delete_at_once(target)


def delete_at_once(row: Model) -> None:
    """Deletes without asking Django, and has foreign keys judged before commit."""
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {row._meta.db_table} WHERE id = %s", [row.pk])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
