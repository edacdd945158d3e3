"""Where words stand in a text. Plain Python; offsets count code points, ends are exclusive."""

from collections.abc import Iterator
from dataclasses import dataclass

# Postgres marks words by these, which stand for nothing themselves (private use). Where a text holds them, or what
# might make a tag of markup, it is marked with spaces in their place.
BEGIN, END = "\ue000", "\ue001"
REPLACED = f"<>{BEGIN}{END}"


@dataclass(frozen=True, kw_only=True)
class Highlight:
    """[start, end) in a text."""

    start: int
    end: int


def highlights(marked: str) -> Iterator[Highlight]:
    """The marked stretches of a text, in order, as offsets into the text without its marks."""
    at = start = 0
    for character in marked:
        if character == BEGIN:
            start = at
        elif character == END:
            yield Highlight(start=start, end=at)
        else:
            at += 1


def is_marked(marked: str, *, text: str) -> bool:
    """Whether it is that text, with marks and what stands in place of what is replaced."""
    plain = marked.replace(BEGIN, "").replace(END, "")
    return plain == text.translate(dict.fromkeys(map(ord, REPLACED), " "))
