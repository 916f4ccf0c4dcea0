"""Policies: which keys there are, what values they take, and which row holds for a division on a day. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from api.dates import first_monday
from api.vocabulary import CONCERN_KINDS


@dataclass(frozen=True, slots=True)
class PolicyKey:
    """What a key may hold: a whole number within bounds, or one of a few words.

    `is_promised`: people have given something on the word that held then.
    """

    words: tuple[str, ...] = ()
    least: int = 0
    most: int = 0
    touches_rates: bool = True
    is_promised: bool = False


POLICY_KEYS = {
    "days_per_week": PolicyKey(least=0, most=7),
    "basis": PolicyKey(words=("week", "month")),
    "days_per_month": PolicyKey(least=0, most=31),
    "errand": PolicyKey(words=("stationed", "deducted")),
    "radius_m": PolicyKey(least=10, most=50_000, touches_rates=False),
    "leave_township_days": PolicyKey(least=0, most=366, touches_rates=False),
    "coordinates_days": PolicyKey(least=1, most=3650, touches_rates=False, is_promised=True),
    "allowance_yuan": PolicyKey(least=0, most=10_000, touches_rates=False),
    "errand_allowance_yuan": PolicyKey(least=0, most=10_000, touches_rates=False),
    **{f"concern_days_{kind}": PolicyKey(least=0, most=366, touches_rates=False) for kind in CONCERN_KINDS},
    "meeting_day_first": PolicyKey(least=0, most=28, touches_rates=False),
    "meeting_day_second": PolicyKey(least=0, most=28, touches_rates=False),
    "meeting_on_rest_day": PolicyKey(words=("next_workday", "previous_workday", "stays"), touches_rates=False),
    "calls_count": PolicyKey(words=("when_away", "never")),
    "visit_quarter_percent": PolicyKey(least=0, most=100),
    "visit_year_percent_q1": PolicyKey(least=0, most=100),
    "visit_year_percent_q2": PolicyKey(least=0, most=100),
    "visit_year_percent_q3": PolicyKey(least=0, most=100),
    "visit_year_percent_q4": PolicyKey(least=0, most=100),
    "links_county_leader": PolicyKey(least=0, most=500, touches_rates=False),
    "links_section_level": PolicyKey(least=0, most=500, touches_rates=False),
    "links_staff": PolicyKey(least=0, most=500, touches_rates=False),
    "key_households": PolicyKey(least=0, most=100, touches_rates=False),
    "deliberation_quorum": PolicyKey(words=("half", "two_thirds"), touches_rates=False),
    "deliberation_majority": PolicyKey(words=("half_of_present", "two_thirds_of_present"), touches_rates=False),
    "acceptance_days": PolicyKey(least=1, most=90, touches_rates=False),
    "confirmation_present": PolicyKey(least=1, most=20, touches_rates=False),
    "notice_days": PolicyKey(least=1, most=90, touches_rates=False),
    "notice_reissues": PolicyKey(least=0, most=10, touches_rates=False),
    "mark_appeal_days": PolicyKey(least=1, most=90, touches_rates=False),
    "disclosure_other_percent": PolicyKey(least=0, most=100, touches_rates=False),
    "rating_least_ballots": PolicyKey(least=5, most=100, touches_rates=False, is_promised=True),
    "vote_quorum": PolicyKey(words=("half", "two_thirds"), touches_rates=False),
    "vote_headings": PolicyKey(words=("none", "five"), touches_rates=False),
    "suggestion_accept_days": PolicyKey(least=1, most=60, touches_rates=False),
    "suggestion_answer_days": PolicyKey(least=1, most=180, touches_rates=False),
    "suggestion_appeal_days": PolicyKey(least=1, most=180, touches_rates=False),
    "suggestion_contact_days": PolicyKey(least=1, most=3650, touches_rates=False, is_promised=True),
    "posted_minimum": PolicyKey(least=0, most=50, touches_rates=False),
    "posted_county_minimum": PolicyKey(least=0, most=50_000, touches_rates=False),
    "unvisited_days": PolicyKey(least=1, most=3650, touches_rates=False),
    "oddity_own_days": PolicyKey(least=1, most=60, touches_rates=False),
    "oddity_position_days": PolicyKey(least=2, most=60, touches_rates=False),
    "oddity_speed_kmh": PolicyKey(least=60, most=1000, touches_rates=False),
    "oddity_clock_minutes": PolicyKey(least=6, most=1440, touches_rates=False),
    "emergency_most_days": PolicyKey(least=1, most=60, touches_rates=False),
    **{f"village_size_{band}": PolicyKey(least=1, most=10_000, touches_rates=False) for band in (1, 2, 3, 4)},
}


@dataclass(frozen=True, slots=True)
class Rule:
    """A policy as it holds somewhere: the value, the division that set it, since when, and the text behind it."""

    key: str
    value: int | str
    division_id: int
    path: str
    effective_from: date
    source: str


class PolicyBook:
    """All policies of a county, to be asked for the one that holds."""

    def __init__(self, rules: Iterable[Rule]):
        self._by_key: dict[str, list[Rule]] = {}
        # The nearest ancestor comes first, then the latest start: the first that fits is the one that holds.
        for rule in sorted(rules, key=lambda rule: (len(rule.path), rule.effective_from), reverse=True):
            self._by_key.setdefault(rule.key, []).append(rule)
        self._found: dict[tuple[str, str, date], Rule] = {}

    def rule(self, key: str, path: str, on: date) -> Rule:
        """The rule for the division at `path` on a day: the nearest ancestor that has the key by then, its latest row.

        Raises LookupError where not even the county has set it.
        """
        found = self._found.get((key, path, on))
        if found is None:
            found = next((rule for rule in self._by_key.get(key, ())
                          if path.startswith(rule.path) and rule.effective_from <= on), None)
            if found is None:
                raise LookupError(f"no policy {key} for {path} on {on}")
            self._found[key, path, on] = found
        return found

    def value(self, key: str, path: str, on: date) -> int | str:
        """The value of the rule that holds."""
        return self.rule(key, path, on).value

    def shortest(self, key: str, path: str, until: date) -> list[tuple[date, int]]:
        """(first day, number) of each span of days up to `until`: what held then, or what holds on `until` if less.

        For what was promised when something was recorded: a later rule may shorten it, never prolong it.
        """
        now = self.value(key, path, until)
        starts = {rule.effective_from for rule in self._by_key[key]
                  if path.startswith(rule.path) and rule.effective_from <= until}
        return [(day, min(now, self.value(key, path, day))) for day in sorted(starts)]

    def above(self, key: str, path: str, on: date) -> list[Rule]:
        """The rule for the division at `path`, as a list that is empty where not even the county has set it."""
        try:
            return [self.rule(key, path, on)]
        except LookupError:
            return []

    def below(self, key: str, path: str, on: date) -> list[Rule]:
        """Rules of a key that divisions under `path` have set for themselves and that hold on a day, top first."""
        holding: dict[int, Rule] = {}
        for rule in self._by_key.get(key, ()):
            if rule.path.startswith(path) and rule.path != path and rule.effective_from <= on:
                holding.setdefault(rule.division_id, rule)
        return sorted(holding.values(), key=lambda rule: rule.path)

    def bearing(self, key: str, path: str, until: date) -> list[Rule]:
        """Every rule of a key that has held by a day for `path` or below it: of those that fit, the first one holds."""
        return [rule for rule in self._by_key.get(key, ()) if rule.effective_from <= until
                and (rule.path.startswith(path) or path.startswith(rule.path))]


def value_problem(key: str, value: object) -> str | None:
    """Why a value does not fit its key (unknown_policy, policy_value), or None."""
    kind = POLICY_KEYS.get(key)
    if kind is None:
        return "unknown_policy"
    if kind.words:
        return None if value in kind.words else "policy_value"
    whole = isinstance(value, int) and not isinstance(value, bool)
    return None if whole and kind.least <= value <= kind.most else "policy_value"


def start_problem(key: str, effective_from: date, today: date) -> str | None:
    """Why a policy may not start on a day, or None.

    What touches rates starts on the first Monday of a month, not before the current month: figures that people have
    seen do not change behind their backs. What was promised changes from today on at the earliest.
    """
    if POLICY_KEYS[key].is_promised:
        return "policy_promised" if effective_from < today else None
    if not POLICY_KEYS[key].touches_rates:
        return None
    if effective_from != first_monday(effective_from.replace(day=1)):
        return "policy_not_first_monday"
    return "policy_in_the_past" if effective_from < today.replace(day=1) else None
