"""The words of printed forms in one language: `form.<key>` of the dictionaries, days and rates as people write them."""

from dataclasses import dataclass
from datetime import date, datetime

from api import i18n
from api.dates import SHANGHAI, shanghai_day

NOTHING = "—"


@dataclass(frozen=True, slots=True)
class FormWords:
    language: str

    def __call__(self, key: str, /, **params) -> str:
        return i18n.text(self.language, f"form.{key}", **params)

    def other(self, key: str, /, **params) -> str:
        """A text of the dictionary that forms share with the pages."""
        return i18n.text(self.language, key, **params)

    def other_or(self, key: str, otherwise: str) -> str:
        return i18n.text(self.language, key) if i18n.has_text(self.language, key) else otherwise

    def month(self, month_on: date) -> str:
        return self("month", year=month_on.year, month=month_on.month)

    def day(self, day: date | None) -> str:
        if day is None:
            return NOTHING
        return self("day", year=day.year, month=day.month, day=day.day)

    def day_of_year(self, day: date) -> str:
        return self("day_of_year", month=day.month, day=day.day)

    def span(self, first: date, last: date | None) -> str:
        """From a day to a day, or until further notice."""
        if last is None:
            return self("since", first=self.day(first))
        return self("span", first=self.day(first), last=self.day(last))

    def instant(self, at: datetime) -> str:
        return f"{self.day(shanghai_day(at))} {at.astimezone(SHANGHAI):%H:%M}"

    def rate(self, rate: float | None) -> str:
        return NOTHING if rate is None else f"{rate:.1%}"

    def page(self) -> tuple[str, str]:
        """What stands before and after the number of a page."""
        before, _, after = self("page").partition("#")
        return before, after
