"""The policies behind the measures: the targets, and the rules that a topic is counted by, with dates and sources."""

from datetime import date

from sqlalchemy.orm import Session

from api.checkin.facts_service import RATE_KEYS
from api.contracts.items_on_service import ACCEPTANCE_DAYS
from api.dashboards import staffing_figures_service
from api.dashboards.figures_rules import MEASURES, CountedMonth
from api.dates import mondays_of_month
from api.postings.divisions_service import refs
from api.postings.models import Division
from api.postings.policies_service import policy_book
from api.ratings.closing_service import LEAST
from api.visits.household_facts_service import CALLS
from api.visits.visit_coverage_service import QUARTER_TARGET, YEAR_TARGETS
from api.vocabulary import CONCERN_KINDS

ALL = "all"


class TopicRules:
    """The rules of a topic in a month, read once; asked for a division's targets and for what is shown of them."""

    def __init__(self, session: Session, *, topic: str, month: CountedMonth):
        self._session, self._days = session, _days(topic, month)
        self._year_target = YEAR_TARGETS[(month.month_on.month - 1) // 3]
        self._book = policy_book(session, *self._days)

    def target(self, measure: str, division: Division) -> float | None:
        """What is wanted of a division, as a ratio; None where nobody says."""
        wanted = MEASURES[measure].target
        if wanted is None or wanted == ALL:
            return wanted and 1.0
        key = self._year_target if wanted == "visit_year_percent" else wanted
        return next((rule.value / 100 for rule in self._book.above(key, division.path, self._days[key])), None)

    def shown(self, division: Division) -> list[dict]:
        """The rules in force: the division's own, and where divisions below have set others, those too."""
        rules = []
        for key, on in self._days.items():
            rules += [*self._book.above(key, division.path, on), *self._book.below(key, division.path, on)]
        setters = refs(self._session, [rule.division_id for rule in rules])
        return [{"key": rule.key, "value": rule.value, "effective_from": rule.effective_from, "source": rule.source,
                 "division": setters[rule.division_id]} for rule in rules]


def _days(topic: str, month: CountedMonth) -> dict[str, date]:
    """The keys of a topic, each with the day whose rule holds for the month."""
    keys = {
        "presence": RATE_KEYS,
        "coverage": (QUARTER_TARGET, YEAR_TARGETS[(month.month_on.month - 1) // 3], CALLS),
        "concerns": tuple(f"concern_days_{kind}" for kind in CONCERN_KINDS),
        "contracts": (ACCEPTANCE_DAYS,),
        "notices": ("notice_days", "notice_reissues"),
        "ratings": (LEAST,),
        "staffing": (staffing_figures_service.MINIMUM, staffing_figures_service.OF_COUNTY),
    }[topic]
    days = dict.fromkeys(keys, month.on)
    if topic == "presence":
        days = dict.fromkeys(keys, month.month_on) | {"days_per_week": mondays_of_month(month.month_on)[-1]}
    return dict.fromkeys(keys, month.quarter_on) if topic == "coverage" else days
