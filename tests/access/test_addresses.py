"""Where a request comes from, and whose word is taken for it."""

import pytest
from django.test import RequestFactory
from pytest_django import Settings

from greenapi.access.addresses import address_of, counted_as

DIRECT = "192.0.2.1"


@pytest.mark.parametrize(
    ("proxies", "forwarded", "found"),
    [
        (0, None, DIRECT),
        (0, "198.51.100.1", DIRECT),
        (1, None, DIRECT),
        (1, "198.51.100.1", "198.51.100.1"),
        (1, "203.0.113.9, 198.51.100.1", "198.51.100.1"),
        (1, "198.51.100.1:4711", "198.51.100.1"),
        (1, "[2001:db8::1]:4711", "2001:db8::1"),
        (1, "::ffff:198.51.100.1", "198.51.100.1"),
        (1, "203.0.113.9, unknown", DIRECT),
        (1, "", DIRECT),
        (2, "198.51.100.1", DIRECT),
        (2, "203.0.113.9, 198.51.100.1, 10.0.0.1", "198.51.100.1"),
    ],
)
def test_header_is_believed_as_far_as_the_setting_says(
    settings: Settings, proxies: int, forwarded: str | None, found: str
) -> None:
    settings.TRUSTED_PROXIES = proxies
    headers = {} if forwarded is None else {"x-forwarded-for": forwarded}

    assert address_of(RequestFactory().get("/", headers=headers, REMOTE_ADDR=DIRECT)) == found


@pytest.mark.parametrize(
    ("address", "client"),
    [
        (DIRECT, DIRECT),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:DB8:1:2::", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.1", DIRECT),
        ("", ""),
    ],
)
def test_household_is_one_client(address: str, client: str) -> None:
    assert counted_as(address) == client
