"""Words around a citation. Plain Python; offsets count code points, ends are exclusive."""

import re
from dataclasses import dataclass

MARGIN = 200  # code points shown on each side of the cited sentence
_SENTENCE_END = re.compile(r"[.!?][\"'”’)\]]*\s+|\n\s*\n")


@dataclass(frozen=True, kw_only=True)
class Excerpt:
    """A stretch of a text: where it starts, and its words."""

    start: int
    text: str


def excerpt(window: str, *, window_start: int, start: int, end: int, margin: int = MARGIN) -> Excerpt:
    """The sentence around [start, end) with `margin` code points on each side, cut at the window's ends.

    `window` is the part of the text that begins at `window_start`; [start, end) must lie within it.

    Raises:
        ValueError: it does not.
    """
    first, last = start - window_start, end - window_start
    if not 0 <= first <= last <= len(window):
        raise ValueError(f"[{start}, {end}) lies outside the window")
    sentence_start = max((found.end() for found in _SENTENCE_END.finditer(window, 0, first)), default=0)
    ends = (found.end() for found in _SENTENCE_END.finditer(window, first))
    sentence_end = next((end for end in ends if end >= last), len(window))
    begin, stop = max(sentence_start - margin, 0), min(sentence_end + margin, len(window))
    return Excerpt(start=window_start + begin, text=window[begin:stop])
