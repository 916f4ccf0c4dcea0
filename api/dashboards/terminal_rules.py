"""Tables and lines of a terminal, where a Chinese character is two columns wide. Pure."""

import unicodedata
from collections.abc import Sequence

BARS = "▁▂▃▄▅▆▇█"
# Stands where a month has no rate.
NOTHING = "·"


def columns(text: str) -> int:
    """How many columns of a terminal a text takes."""
    return sum(0 if unicodedata.combining(one) else 2 if unicodedata.east_asian_width(one) in "WF" else 1
               for one in text)


def padded(text: str, width: int, *, right: bool = False) -> str:
    """The text filled up with spaces to so many columns; `right`: pushed to the right, as numbers are."""
    space = " " * max(width - columns(text), 0)
    return space + text if right else text + space


def table(rows: Sequence[Sequence[str]], *, numbers: Sequence[int] = ()) -> list[str]:
    """Rows of cells as aligned lines, the first one the headings; `numbers`: which columns are pushed to the right."""
    widths = [max(map(columns, cells)) for cells in zip(*rows, strict=True)]
    return ["  ".join(padded(cell, width, right=place in numbers)
                      for place, (cell, width) in enumerate(zip(row, widths, strict=True))).rstrip() for row in rows]


def sparkline(rates: Sequence[float | None]) -> str:
    """A bar for each rate between the least and the most of them; all alike in the middle."""
    told = [rate for rate in rates if rate is not None]
    least, most = (min(told), max(told)) if told else (0, 0)
    return "".join(NOTHING if rate is None else _bar(rate, least, most) for rate in rates)


def _bar(rate: float, least: float, most: float) -> str:
    place = (rate - least) / (most - least) if most > least else 0.5
    return BARS[min(int(place * len(BARS)), len(BARS) - 1)]


def percent(rate: float | None) -> str:
    """A rate in per cent with one decimal; a dash where there is none."""
    return "–" if rate is None else f"{rate * 100:.1f}%"


def change(difference: float | None) -> str:
    """A difference of rates in per cent of the whole, with its sign."""
    return "–" if difference is None else f"{difference * 100:+.1f}"
