"""Reading the past while a migration brings the views in step."""

from threading import Event, Thread

import pytest
from django.db import ProgrammingError, connection, transaction

from greenapi.ledger.reading import reading
from greenapi.ledger.versioning import install
from indicators.models import Unit
from tests.factories import facts
from tests.factories.revisions import change


def test_past_never_shows_the_present_while_views_are_made_anew(ledger_db: None) -> None:
    with change():
        facts.unit()
    stop, seen = Event(), []

    def read() -> None:
        try:
            while not stop.is_set():
                with reading(as_of=0):
                    seen.append(Unit.objects.count())
        finally:
            connection.close()

    reader = Thread(target=read)
    reader.start()
    try:
        for _ in range(8):
            install(connection)
    finally:
        stop.set()
        reader.join()

    assert seen and set(seen) == {0}


def test_past_whose_view_is_missing_is_an_error_and_not_the_present(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP VIEW as_of.unit")

    with pytest.raises(ProgrammingError), transaction.atomic(), reading(as_of=0):
        Unit.objects.count()
