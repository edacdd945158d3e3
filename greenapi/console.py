"""What a long command says while it works: one line for each step, with the time it took."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.core.management.base import OutputWrapper

LABEL_WIDTH = 12


@dataclass
class Step:
    """One step under way; `detail` is what its line says when it is done."""

    detail: str = ""


class Console:
    """Prints steps and paragraphs: plain text without escapes when NO_COLOR is set or nobody sees a terminal."""

    def __init__(self, out: OutputWrapper) -> None:
        self._out = out
        self.plain = bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb" or not out.isatty()

    def line(self, text: str = "") -> None:
        self._write(text + "\n")

    def heading(self, text: str) -> None:
        self.line(text if self.plain else f"\x1b[1m{text}\x1b[0m")

    @contextmanager
    def step(self, label: str) -> Iterator[Step]:
        """Prints the step's line at its end; a terminal shows its label from its beginning."""
        began = time.monotonic()
        step = Step()
        if not self.plain:
            self._write(f"  {label} …")
        try:
            yield step
        except BaseException:
            self._clear()
            raise
        self._clear()
        self.line(f"  {label:<{LABEL_WIDTH}}{time.monotonic() - began:5.2f} s  {step.detail}")

    def _clear(self) -> None:
        if not self.plain:
            self._write("\r\x1b[K")

    def _write(self, text: str) -> None:
        self._out.write(text, ending="")
        self._out.flush()
