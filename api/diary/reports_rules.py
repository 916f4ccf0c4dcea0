"""What a report (汇报) covers and what it says of itself: facts in, sentences out, to be put into words elsewhere. Pure.

A5.2, A6.2: four parts, of which every number comes from the records, so that none is typed a second time.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from api.dates import month_of, next_month
from api.diary.meetings_rules import DaysOn, Period, next_regular

# `meeting`: from one regular meeting to the next (half a month); `month`: a calendar month; `day`: the daily line.
KINDS = ("meeting", "month", "day")
PARTS = ("situation", "problems", "suggestions", "plan")
# Of a diary entry or a concern a report shows so much; the whole of it is one tap away.
_SHORT = 60
MOST_LINES = 15
_VERSION, _VARIANT = 8 << 76, 0b10 << 62


@dataclass(frozen=True, slots=True)
class OpenMatter:
    """A concern that is not settled yet; `owner` names the division above the village that has it, else None."""

    text: str
    village: str
    householder: str | None
    owner: str | None
    raised_on: date
    due_on: date


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """What the records say of one cadre in the days of a report, up to `until`.

    `visited` households were met in person, `needy` among them, in `groups` villagers' groups; of the others `by_phone`
    were called and `not_home` were not. `settled` concerns were resolved or explained in these days, `to_follow_up`
    still wait for the word to the villager. `unvisited` households of the villages were not reached in this quarter.
    """

    until: date
    stationed_on: tuple[date, ...] = ()
    errand_on: tuple[date, ...] = ()
    leave_on: tuple[date, ...] = ()
    waiting_on: tuple[date, ...] = ()
    visited: int = 0
    needy: int = 0
    groups: int = 0
    by_phone: int = 0
    not_home: int = 0
    receptions: int = 0
    raised: int = 0
    settled: int = 0
    to_follow_up: int = 0
    unvisited: int = 0
    unvisited_needy: int = 0
    work: tuple[str, ...] = ()
    diary: tuple[tuple[date, str], ...] = ()
    open: tuple[OpenMatter, ...] = ()


@dataclass(frozen=True, slots=True)
class Sentence:
    """A text of the dictionaries (`report.<key>`) with its parameters: numbers, texts, days or lists of days."""

    key: str
    params: dict
    on_own_line: bool = False


def report_id(cadre_id: int, kind: str, first_on: date) -> UUID:
    """The id of a cadre's report: it says whose, of which kind and from which day on, so that a draft that nobody has
    touched has one before anything is stored (a UUID of version 8, whose content is the application's own).
    """
    return UUID(int=cadre_id << 80 | _VERSION | KINDS.index(kind) << 64 | _VARIANT | first_on.toordinal())


def report_key(id: UUID) -> tuple[int, str, date] | None:
    """(cadre, kind, first day) of a report's id; None for an id that is no report's."""
    cadre_id, kind, ordinal = id.int >> 80, id.int >> 64 & 0xFFF, id.int & 0x3FFF_FFFF_FFFF_FFFF
    if kind >= len(KINDS) or not date(2000, 1, 1).toordinal() <= ordinal <= date(2099, 12, 31).toordinal():
        return None
    key = cadre_id, KINDS[kind], date.fromordinal(ordinal)
    return key if report_id(*key) == id else None


def report_period(kind: str, first_on: date, days_on: DaysOn) -> Period | None:
    """The days of the report of a kind that begins on a day; None if none begins there."""
    if kind == "day":
        return Period(first_on, first_on)
    if kind == "month":
        begins, following = first_on == month_of(first_on), next_month(first_on)
    else:
        begins, following = first_on.day in days_on(first_on), next_regular(first_on, days_on)
    return Period(first_on, following - timedelta(days=1)) if begins and following else None


def short(text: str) -> str:
    """The first line of a text, or as much of it as a report shows."""
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return line if len(line) <= _SHORT else line[: _SHORT - 1] + "…"


def sentences(kind: str, period: Period, facts: ReportFacts, *, next_last: date) -> dict[str, list[Sentence]]:
    """The sentences of each part; a part about which the records say nothing is empty.

    `next_last` is the last day of the period that follows, which the plan looks ahead to. The daily line is a situation
    only.
    """
    if kind == "day":
        return {**{part: [] for part in PARTS}, "situation": [*_day(period.first, facts), *_done(facts)]}
    return {
        "situation": [*_days(period, facts), *_done(facts), *_diary(facts)],
        "problems": list(_problems(facts)),
        "suggestions": list(_suggestions(facts)),
        "plan": list(_plan(facts, next_last)),
    }


def _day(day: date, facts: ReportFacts) -> list[Sentence]:
    states = (("day_stationed", facts.stationed_on), ("day_errand", facts.errand_on), ("day_leave", facts.leave_on),
              ("day_waiting", facts.waiting_on))
    return [Sentence(next((key for key, days in states if days), "day"), {"day": day})]


def _days(period: Period, facts: ReportFacts) -> Iterable[Sentence]:
    key = "days" if facts.until >= period.last else "days_until"
    yield Sentence(key, {"first": period.first, "last": period.last, "until": facts.until,
                         "n": len(facts.stationed_on)})
    for key, days in (("errand", facts.errand_on), ("leave", facts.leave_on), ("waiting", facts.waiting_on)):
        if days:
            yield Sentence(key, {"n": len(days), "days": days})


def _done(facts: ReportFacts) -> Iterable[Sentence]:
    if facts.visited:
        yield Sentence("visited_needy" if facts.needy else "visited",
                       {"n": facts.visited, "groups": facts.groups, "needy": facts.needy})
    yield from _counted("by_phone", facts.by_phone)
    yield from _counted("not_home", facts.not_home)
    yield from _counted("receptions", facts.receptions)
    if facts.raised or facts.settled:
        yield Sentence("concerns", {"raised": facts.raised, "settled": facts.settled})
    if facts.work:
        yield Sentence("work", {"words": facts.work})


def _counted(key: str, n: int) -> Iterable[Sentence]:
    return [Sentence(key, {"n": n})] if n else []


def _diary(facts: ReportFacts) -> Iterable[Sentence]:
    for day, text in facts.diary[:MOST_LINES]:
        yield Sentence("diary_line", {"day": day, "text": short(text)}, on_own_line=True)


def _problems(facts: ReportFacts) -> Iterable[Sentence]:
    # What is due first stands first.
    matters = sorted(facts.open, key=lambda matter: (matter.due_on, matter.raised_on, matter.text))
    for number, matter in enumerate(matters[:MOST_LINES], start=1):
        key = "matter_overdue" if matter.due_on < facts.until else "matter"
        where = " ".join(filter(None, (matter.village, matter.householder)))
        yield Sentence(key, {"number": number, "where": where, "text": short(matter.text), "due": matter.due_on},
                       on_own_line=True)
    if len(matters) > MOST_LINES:
        yield Sentence("matters_more", {"n": len(matters) - MOST_LINES}, on_own_line=True)


def _suggestions(facts: ReportFacts) -> Iterable[Sentence]:
    above = [matter for matter in facts.open if matter.owner]
    for number, matter in enumerate(above[:MOST_LINES], start=1):
        yield Sentence("ask_owner", {"number": number, "owner": matter.owner, "text": short(matter.text),
                                     "day": matter.raised_on}, on_own_line=True)


def _plan(facts: ReportFacts, next_last: date) -> Iterable[Sentence]:
    if facts.unvisited:
        yield Sentence("visit_needy_first" if facts.unvisited_needy else "visit",
                       {"n": facts.unvisited, "needy": facts.unvisited_needy}, on_own_line=True)
    if facts.not_home:
        yield Sentence("go_again", {"n": facts.not_home}, on_own_line=True)
    due = sum(matter.due_on <= next_last for matter in facts.open)
    if due:
        yield Sentence("settle", {"n": due, "day": next_last}, on_own_line=True)
    if facts.to_follow_up:
        yield Sentence("follow_up", {"n": facts.to_follow_up}, on_own_line=True)
