"""The running service, shared by the tests of this folder that ask it as strangers do."""

from collections.abc import Iterator

import pytest
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker

from tests.conftest import _own_copy
from tests.server_process import Server, server


@pytest.fixture(scope="module")
def service(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Server]:
    """The service as a process, on a database of its own with the bundled dataset."""
    with django_db_blocker.unblock():
        for _ in _own_copy(connection.settings_dict["NAME"]):
            with server() as running:
                yield running
