"""The pure rules of presence: verdicts, days, weeks, rates. Dates, numbers and positions in, values out.

Every rule with its source and an example stands in docs/rules.md; A3.1 and A3.2 are explained there.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from api.dates import days_between, shanghai_day
from api.geo import Position, distance_m, rough_distance_m

# Beyond this a phone's word on its accuracy says nothing, and a fix this far outside is outside whatever it says.
ACCURACY_LIMIT_M = 3000
CLOCK_SKEW = timedelta(minutes=5)
LATE_AFTER = timedelta(hours=72)
TEN_YEARS_MS = 10 * 366 * 86_400_000

# A day's state is the strongest of its pieces'; the first two count.
DAY_STATES = ("stationed", "errand", "waiting", "rejected")
DECISION_LEVELS = ("village", "township", "county")


@dataclass(frozen=True, slots=True)
class Circle:
    """A place to measure against."""

    place_id: int
    centre: Position
    radius_m: float


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a fix says about a posting's places; `distance_m` to the centre of the place `place_id`."""

    verdict: str
    distance_m: float | None = None
    place_id: int | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """Days from `first` to `last`, both included; `last` None: until further notice."""

    first: date
    last: date | None

    def __contains__(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True)
class Part:
    """One posting's share of a period: its span, its quota of days, its leave and the days that count."""

    span: Span
    quota: int
    leave_on: Collection[date]
    stationed_on: Collection[date]


@dataclass(frozen=True, slots=True)
class Figures:
    """A posting's days in a week or a month; credited days never exceed the required ones."""

    posted_on: tuple[date, ...]
    duty_on: tuple[date, ...]
    stationed_on: tuple[date, ...]
    required_days: int

    @property
    def duty_days(self) -> int:
        return len(self.duty_on)

    @property
    def stationed_days(self) -> int:
        return len(self.stationed_on)

    @property
    def credited_days(self) -> int:
        return credited(self.stationed_days, self.required_days)


@dataclass(frozen=True, slots=True)
class WeekState:
    """How the running week stands; `state` is None where nothing is asked by the week."""

    state: str | None
    need: int
    days_left: int
    duty_days_left: int


def place_verdict(*, distance_m: float, radius_m: float, accuracy_m: float | None) -> str:
    """inside, uncertain or outside; an accuracy that is missing, not positive or above 3,000 m is unknown."""
    if accuracy_m is None or not 0 < accuracy_m <= ACCURACY_LIMIT_M:
        return "outside" if distance_m - radius_m > ACCURACY_LIMIT_M else "uncertain"
    if distance_m + accuracy_m <= radius_m:
        return "inside"
    return "outside" if distance_m - accuracy_m > radius_m else "uncertain"


def judge(*, fix: Position | None, accuracy_m: float | None, circles: Sequence[Circle]) -> Judgement:
    """The verdict on a fix against the place with the smallest distance beyond its radius; metres, WGS-84.

    `not_judged` when there is no place to measure against, or no posting (then there are no circles either).
    """
    if fix is None:
        return Judgement("no_location")
    if not circles:
        return Judgement("not_judged")
    # The exact distance is slow; whatever the rough one (0.6 % off at most) rules out needs no exact one.
    rough = [(rough_distance_m(fix, circle.centre), circle) for circle in circles]
    bound = min(distance * 1.006 - circle.radius_m for distance, circle in rough)
    near = [circle for distance, circle in rough if distance * 0.994 - circle.radius_m <= bound]
    distance, circle = min(((distance_m(fix, circle.centre), circle) for circle in near),
                           key=lambda pair: (pair[0] - pair[1].radius_m, pair[1].place_id))
    verdict = place_verdict(distance_m=distance, radius_m=circle.radius_m, accuracy_m=accuracy_m)
    return Judgement(verdict, distance, circle.place_id)


def reckoned_at(received_at: datetime, elapsed_ms: int | None) -> tuple[datetime, bool]:
    """When a record was made by the server's clock, and whether the phone told what that takes."""
    # A phone whose clock was set back sends a negative elapsed time, one that was reset an absurd one: neither helps.
    known = elapsed_ms is not None and 0 <= elapsed_ms <= TEN_YEARS_MS
    return received_at - timedelta(milliseconds=elapsed_ms) if known else received_at, known


def day_and_flags(*, captured_at: datetime, received_at: datetime, elapsed_ms: int | None,
                  first_log_in_at: datetime | None) -> tuple[date, tuple[str, ...]]:
    """The Shanghai date that a phone's record belongs to, and its flags (clock_skew, late); flags never refuse."""
    reckoned, known = reckoned_at(received_at, elapsed_ms)
    skewed = (
        captured_at > received_at + CLOCK_SKEW
        or (known and abs(captured_at - reckoned) > CLOCK_SKEW)
        or (first_log_in_at is not None and captured_at < first_log_in_at)
    )
    instant = reckoned if skewed else captured_at
    flags = ("clock_skew",) * skewed + ("late",) * (received_at - instant > LATE_AFTER)
    return shanghai_day(instant), flags


def evidence_status(*, kind: str, verdict: str, posted: bool, day: date, received_on: date,
                    decisions: Iterable[tuple[str, str]] = ()) -> str:
    """counts, waiting or rejected; no_posting and future_day are evidence of nothing, whatever was decided.

    `decisions` are (level, outcome) in the order in which they were made: the highest level that decided prevails,
    within a level the latest. Without a decision a fix that is inside or uncertain counts, and the rest waits.
    """
    if kind == "declaration" and day > received_on:
        return "future_day"
    if not posted:
        return "no_posting"
    outcome, highest = None, -1
    for level, decided in decisions:
        if DECISION_LEVELS.index(level) >= highest:
            outcome, highest = decided, DECISION_LEVELS.index(level)
    if outcome is not None:
        return "counts" if outcome == "confirmed" else "rejected"
    return "counts" if verdict in ("inside", "uncertain") else "waiting"


def day_state(statuses: Iterable[str], *, errand: bool = False) -> str | None:
    """The state of a day from its pieces of evidence; one day counts once, whatever their number. None: no fact."""
    states = {"counts": "stationed", "waiting": "waiting", "rejected": "rejected"}
    found = {states[status] for status in statuses if status in states}
    if errand:
        found.add("errand")
    return next((state for state in DAY_STATES if state in found), None)


def figures(days: Sequence[date], parts: Sequence[Part], workdays: Collection[date]) -> list[Figures]:
    """Each posting's figures over the days of one week or one month, in the order of `parts` (by start of posting).

    Duty days are working days inside the posting without leave. Where the cadre changes posting within the period,
    the later one asks for what its quota leaves after the days already required. Weekends and leave days count when
    stationed; days outside the posting never do.
    """
    result, already = [], 0
    for part in parts:
        posted = tuple(day for day in days if day in part.span)
        duty = tuple(day for day in posted if day in workdays and day not in part.leave_on)
        required = min(max(part.quota - already, 0), len(duty))
        already += required
        result.append(Figures(posted, duty, tuple(day for day in posted if day in part.stationed_on), required))
    return result


def credited(stationed_days: int, required_days: int) -> int:
    """Days that count towards the rate: surplus days of one period never pay for another."""
    return min(stationed_days, required_days)


def rate(numerator: int, denominator: int) -> float | None:
    """A ratio 0..1; None when nothing was required. Groups divide their sums, never average their rates."""
    return numerator / denominator if denominator else None


def mask(monday: date, days: Iterable[date]) -> int:
    """Days of the week of `monday` as bits, Monday the lowest; days of other weeks are left out."""
    return sum(1 << (day - monday).days for day in set(days) if 0 <= (day - monday).days < 7)


def mask_days(monday: date, bits: int) -> list[date]:
    """The days of the week of `monday` whose bits are set."""
    return [monday + timedelta(days=n) for n in range(7) if bits >> n & 1]


def week_state(*, required_days: int, posting_mask: int, duty_mask: int, stationed_mask: int,
               weekday: int) -> WeekState:
    """How a week stands on its day `weekday` (0 Monday to 6; below 0 before the week, 7 and above after it).

    need = required - stationed; days left: today and later, in the posting, not yet stationed, leave included.
    met if need <= 0, missed if need > days left, at_risk if need >= duty days left and a duty day has passed
    unstationed, else on_track. Never stored, since it depends on today.
    """
    to_come = (0x7F << max(weekday, 0)) & 0x7F
    need = required_days - stationed_mask.bit_count()
    days_left = (posting_mask & to_come & ~stationed_mask).bit_count()
    duty_left = (duty_mask & to_come & ~stationed_mask).bit_count()
    lost = duty_mask & ~to_come & ~stationed_mask
    if need <= 0:
        state = "met"
    elif need > days_left:
        state = "missed"
    elif need >= duty_left and lost:
        state = "at_risk"
    else:
        state = "on_track"
    return WeekState(state, max(need, 0), days_left, duty_left)


def leave_days(*, from_on: date, to_on: date, returned_on: date | None) -> list[date]:
    """The days that a leave covers; coming back early ends it the day before."""
    last = to_on if returned_on is None else min(to_on, returned_on - timedelta(days=1))
    return days_between(from_on, last)


def approval_level(*, days: int, township_days: int) -> str:
    """Who approves a leave: the township up to its number of days, the county above it (F4, 3 days)."""
    return "township" if days <= township_days else "county"
