"""JSON is read exactly, and what is not exact is refused with its place."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenapi.rest.encoding import encode
from greenapi.rest.exact_json import JSONFault, parse

DEEP = "[" * 20 + "]" * 20


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.30", Decimal("1.30")),
        ("-0", 0),
        ("2e4", Decimal(20000)),
        ("1.5E-3", Decimal("0.0015")),
        ("-0.0", Decimal("0.0")),
        ("9" * 1000, int("9" * 1000)),
        ('"\\r\\n \\u00e9e\\u0301\\ufeff\\ud83d\\ude00"', "\r\n \u00e9e\u0301\ufeff\U0001f600"),
        (" \n[true, null]\t", [True, None]),
        (DEEP, eval(DEEP)),
    ],
)
def test_value_is_read_as_it_was_written(text: str, value: Any) -> None:
    found = parse(text)

    assert found == value
    assert str(found) == str(value)


@pytest.mark.parametrize(
    ("text", "pointer"),
    [
        ("", ""),
        ("{", ""),
        ('{"a": 1} x', ""),
        ("{'a': 1}", ""),
        ('{"a": 1,}', ""),
        ("01", ""),
        ("+1", ""),
        (".5", ""),
        ("1.", ""),
        ("1_000", ""),
        ("١٢", ""),
        ("0x10", ""),
        ("\ufeff{}", ""),
        ("\u00a0{}", ""),
        ('"\t"', ""),
        ('{"a": 1, "b": {"c": 1, "c": 1}}', "/b/c"),
        ('{"a": 1, "\\u0061": 2}', "/a"),
        ('{"a": [NaN]}', "/a/0"),
        ('{"a/b": -Infinity}', "/a~1b"),
        ('{"a": ["", "x\\u0000"]}', "/a/1"),
        ('{"a": "\\ud800"}', "/a"),
        ('{"a": "\\udc00\\ud800"}', "/a"),
        ('{"a": {"\\ud800": 1}}', "/a"),
        ('{"a": {"b\\u0000": 1}}', "/a"),
        ('{"a": 1e1001}', "/a"),
        ('{"a": 1e-1001}', "/a"),
        ('{"a": 1e99999999999999999999}', "/a"),
        ('{"a": ' + "9" * 1001 + "}", "/a"),
        ('{"a": 0.' + "1" * 1001 + "}", "/a"),
        ("[" * 21 + "]" * 21, ""),
        ("[" * 100_000, ""),
        ('{"a":' * 100_000, ""),
    ],
    ids=lambda value: value[:24] or "nothing",
)
def test_what_is_not_exact_is_refused_with_its_place(text: str, pointer: str) -> None:
    with pytest.raises(JSONFault) as caught:
        parse(text)

    assert [place for place, _ in caught.value.places] == [pointer]
    assert all(detail for _, detail in caught.value.places)


def test_brackets_in_texts_are_not_nesting() -> None:
    assert parse('["' + "[" * 100 + '\\"' + "{" * 100 + '"]') == ["[" * 100 + '"' + "{" * 100]


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
numbers = st.decimals(allow_nan=False, allow_infinity=False, places=5)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | numbers | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=15,
)


@given(values)
def test_what_we_write_is_what_we_read(value: Any) -> None:
    written = encode(value)

    found = parse(written.decode())

    assert encode(found) == written or found == value
