"""Excerpts: the cited sentence with a margin on each side, and nothing beyond."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefings.quotes import Excerpt, excerpt

TEXT = "One came. Two went home (at last!) Three stayed, said Ada: “Four?” Five left.\n\nSix"


def cut(words: str, *, margin: int = 0) -> str:
    start = TEXT.index(words)
    return excerpt(TEXT, window_start=0, start=start, end=start + len(words), margin=margin).text


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("One", "One came. "),
        ("went", "Two went home (at last!) "),
        ("stayed", "Three stayed, said Ada: “Four?” "),
        ("left", "Five left.\n\n"),
        ("Six", "Six"),
        ("came. Two", "One came. Two went home (at last!) "),
    ],
)
def test_excerpt_is_the_sentence_around(words: str, sentence: str) -> None:
    assert cut(words) == sentence


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("One came.", "One came. "),
        ("at last!)", "Two went home (at last!) "),
        ("“Four?”", "Three stayed, said Ada: “Four?” "),
    ],
)
def test_excerpt_of_words_that_end_a_sentence_stops_there(words: str, sentence: str) -> None:
    assert cut(words) == sentence


def test_margin_is_shown_on_both_sides_as_far_as_there_is_text() -> None:
    assert cut("went", margin=4) == "me. Two went home (at last!) Thre"
    assert cut("came", margin=4) == "One came. Two "
    assert cut("Six", margin=4) == "ft.\n\nSix"[-7:]


def test_decimal_point_and_abbreviation_end_no_sentence_without_a_space() -> None:
    text = "It is 1.3 at most. No."

    assert excerpt(text, window_start=0, start=0, end=2, margin=0).text == "It is 1.3 at most. "


def test_window_counts_from_its_own_start() -> None:
    found = excerpt("a b c. Next.", window_start=1000, start=1002, end=1003, margin=0)

    assert found == Excerpt(start=1000, text="a b c. ")


@pytest.mark.parametrize(("start", "end"), [(9, 12), (10, 9), (18, 24), (0, 5)])
def test_place_outside_the_window_is_refused(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="outside"):
        excerpt("0123456789", window_start=10, start=start, end=end)


@given(
    text=st.text(alphabet="ab .!?\n”\u00a0\U0001f33f", min_size=1, max_size=80),
    data=st.data(),
    window_start=st.integers(0, 1000),
    margin=st.integers(0, 10),
)
def test_excerpt_is_a_stretch_of_the_window_that_holds_the_citation(
    text: str, data: st.DataObject, window_start: int, margin: int
) -> None:
    first = data.draw(st.integers(0, len(text)))
    last = data.draw(st.integers(first, len(text)))
    start, end = window_start + first, window_start + last

    found = excerpt(text, window_start=window_start, start=start, end=end, margin=margin)

    begin = found.start - window_start
    assert text[begin : begin + len(found.text)] == found.text
    assert found.start <= max(start - margin, window_start)
    assert found.start + len(found.text) >= min(end + margin, window_start + len(text))
