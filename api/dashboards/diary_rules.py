"""The pure content of the diary's three papers: a day's page as named texts, in the order of each form."""

from collections.abc import Iterable
from dataclasses import dataclass

# The rows of each form, by the names of the texts; a county's own layout uses the same names.
FORMS = {
    "peoples_diary": ("place", "households", "team", "concerns", "text", "handled"),
    "work_log": ("work_types", "place", "visits", "receptions", "meetings", "text", "handled"),
    "squatting_sheet": ("unit", "place", "work_types", "visits", "said", "concerns", "handled", "receptions",
                        "meetings", "text"),
}


@dataclass(frozen=True, slots=True)
class PrintedPage:
    """A day as it is printed: who, when, and each text by its name; an empty one has nothing to say."""

    name: str
    village: str
    day: str
    weekday: str
    texts: dict[str, str]


def numbered(lines: Iterable[str]) -> str:
    """Lines of a text with numbers before them where there are several."""
    said = [line for line in lines if line]
    return "\n".join(said) if len(said) < 2 else "\n".join(f"{n}. {line}" for n, line in enumerate(said, start=1))
