"""Figures side by side, as a Markdown table."""

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, kw_only=True)
class Figure:
    """What was measured in turn on several sides; the first is what the others are compared with.

    Seconds, bytes or times a second, as `unit` (s, ms, bytes, /s) says. `goal` is the largest ratio that is good.
    """

    what: str
    unit: str
    measured: dict[str, list[float]]
    goal: float | None = None

    @property
    def medians(self) -> dict[str, float]:
        return {side: median(values) for side, values in self.measured.items()}

    @property
    def ratio(self) -> float:
        """How many times as much the worst of the other sides costs as the first."""
        first, *others = self.medians.values()
        return max(first / other if self.unit == "/s" else other / first for other in others)


def table(figures: Iterable[Figure]) -> str:
    """One line for each figure; all have the same sides."""
    figures = list(figures)
    sides = list(figures[0].measured)
    lines = [
        f"| what | {' | '.join(sides)} | ratio | goal |",
        f"|---|{'---:|' * (len(sides) + 2)}",
    ]
    for figure in figures:
        values = " | ".join(_shown(value, unit=figure.unit) for value in figure.medians.values())
        lines.append(f"| {figure.what} | {values} | {figure.ratio:.2f} | {_judged(figure)} |")
    return "\n".join(lines)


def _judged(figure: Figure) -> str:
    if figure.goal is None:
        return ""
    return f"{figure.goal:g}" if figure.ratio <= figure.goal else f"{figure.goal:g}: missed"


def _shown(value: float, *, unit: str) -> str:
    match unit:
        case "ms":
            return f"{value * 1000:,.1f} ms"
        case "/s":
            return f"{value:,.0f} /s"
        case "bytes":
            return f"{value:,.0f} bytes"
        case _:
            raise ValueError(unit)
