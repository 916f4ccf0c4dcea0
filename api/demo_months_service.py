"""Lets the demo's people check, confirm and close the months that are over, and something come in late.

The steps are kept as the services keep them, without asking for each of some seven hundred whether it may be taken:
what they are about is read once a month. What comes late goes the way that any record goes.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy.orm import Session

from api import demo_words as words
from api.auth import Identity
from api.checkin import closing_service, decisions_service, month_service, presence_service, register_service
from api.checkin.month_service import Month
from api.checkin.sheet_rules import SheetRow, row_hash
from api.checkin.sheet_service import is_over, month_period, postings_in_month, villages_below
from api.dates import next_month, start_of_day
from api.demo_leave_rules import new_id
from api.demo_rules import noon_of
from api.http import content_hash
from api.postings.models import Division

# Villages by their place in the roster: whose month is confirmed only, disputed, kept in the attendance book, and
# whose closed month something comes late for. Only the last month is so; the one before is settled everywhere.
_CONFIRMED_ONLY, _DISPUTED, _BY_BOOK, _LATE_RECORD, _LATE_LINE = 6, 11, 3, 16, 0


@dataclass(frozen=True)
class Cast:
    """Who acts, by username; `cadre` by the cadre's id."""

    identity: Callable[[str], Identity]
    cadre: Mapping[int, str]
    committee_of: Mapping[str, str]
    supervisor_of: Mapping[str, str]


def live_months(session: Session, *, county: Division, cast: Cast, seed: int, first_on: date, today: date) -> int:
    """Settle the months that ended between `first_on` and noon of `today`; answers how many were closed."""
    as_of = noon_of(today)
    over, month_on = [], next_month(first_on)
    while is_over(month_on, today):
        over.append(month_on)
        month_on = next_month(month_on)
    closed = 0
    for month_on in over:
        is_last = month_on == over[-1]
        if is_last:
            _keep_book(session, county, cast, month_on, Random(f"{seed} {today} book"), as_of)
        for nth, month in enumerate(_months(session, county, month_on, today)):
            scene = _Scene(session, cast, month, as_of, Random(f"{seed} {today} {month_on} {month.village.code}"))
            closed += scene.play(until=_end_of(nth) if is_last else "closed", dispute=is_last and nth == _DISPUTED)
            if is_last and scene.closed_at is not None and nth in (_LATE_RECORD, _LATE_LINE):
                scene.come_late(line=nth == _LATE_LINE)
    return closed


def _end_of(nth: int) -> str:
    return {_CONFIRMED_ONLY: "confirmed", _DISPUTED: "checked"}.get(nth, "closed")


def _months(session: Session, county: Division, month_on: date, today: date) -> list[Month]:
    return month_service.load_months(
        session, villages=villages_below(session, division=county, month_on=month_on),
        postings=postings_in_month(session, division=county, month_on=month_on), month_on=month_on, today=today)


def _keep_book(session: Session, county: Division, cast: Cast, month_on: date, rng: Random, as_of: datetime) -> None:
    """One village enters from its attendance book the working days of a month that nothing was recorded for."""
    month = _months(session, county, month_on, as_of.date())[_BY_BOOK]
    lines = [register_service.Line(row.cadre_id, day, True) for row in month.live.rows for day in _missed(month, row)]
    entered_at = start_of_day(month_period(month_on, month_on).last + timedelta(days=1)) + timedelta(hours=8)
    if lines and entered_at <= as_of:
        register_service.enter_lines(
            session, identity=cast.identity(cast.committee_of[month.village.code]), lines=lines[:12], reason=None,
            now=entered_at, new_id=lambda: new_id(rng))


def _missed(month: Month, row: SheetRow) -> Iterator[date]:
    """The working days of a row without a record."""
    return (column.day for column, sign in zip(month.live.days, row.signs, strict=True) if sign == "none")


class _Scene:
    """A village's month in the days after it ended."""

    def __init__(self, session: Session, cast: Cast, month: Month, as_of: datetime, rng: Random):
        self._session, self._cast, self._month, self._as_of, self._rng = session, cast, month, as_of, rng
        self._after = month_period(month.month_on, month.month_on).last
        self._committee = cast.identity(cast.committee_of[month.village.code])
        self._supervisor = cast.identity(cast.supervisor_of[month.village.code])
        self.closed_at: datetime | None = None

    def play(self, *, until: str, dispute: bool) -> bool:
        """Let the cadres check, the village confirm and the township close, as far as noon; whether it was closed."""
        rows = self._month.live.rows
        if not rows:
            return False
        all_checked = True
        for nth, row in enumerate(rows):
            all_checked &= self._check(row, dispute=dispute and nth == 0)
        if until == "checked":
            return False
        at = self._at(4, 5)
        if at > self._as_of:
            return False
        self._say("confirmed", self._committee, at, None if all_checked else self._rng.choice(words.UNCHECKED))
        at = self._at(7, 9)
        if until == "confirmed" or at > self._as_of:
            return False
        closing_service.freeze(
            self._session, month=self._month, id=new_id(self._rng), user_id=self._supervisor.user_id, note=None,
            content_hash=self._hash("closed"), now=at)
        self.closed_at = at
        return True

    def come_late(self, *, line: bool) -> None:
        """Something about a day without a record, a day or two after it was closed."""
        found = [(row, day) for row in self._month.live.rows for day in _missed(self._month, row)]
        at = self.closed_at + timedelta(hours=self._rng.randint(22, 40))
        if not found or at > self._as_of:
            return
        row, day = self._rng.choice(found)
        if line:
            register_service.enter_lines(
                self._session, identity=self._supervisor, lines=[register_service.Line(row.cadre_id, day, True)],
                reason=words.LATE_LINE, now=at, new_id=lambda: new_id(self._rng))
            return
        record, _created = presence_service.declare_presence(
            self._session, cadre_id=row.cadre_id, id=new_id(self._rng), day=day, captured_at=at, received_at=at,
            note=words.LATE_RECORD,
            content_hash=content_hash({"day": day, "captured_at": at, "note": words.LATE_RECORD}))
        decided_at, reason = at + timedelta(hours=3), self._rng.choice(words.CONFIRMATIONS)
        if decided_at <= self._as_of:
            decisions_service.decide(
                self._session, identity=self._committee, id=new_id(self._rng), evidence_id=record.id,
                outcome="confirmed", reason=reason, now=decided_at, content_hash=content_hash(
                    {"evidence_id": record.id, "outcome": "confirmed", "reason": reason}))

    def _check(self, row: SheetRow, *, dispute: bool) -> bool:
        """What a row's cadre says of it; whether it was checked."""
        at, own = self._at(1, 3), self._cast.identity(self._cast.cadre[row.cadre_id])
        if at > self._as_of:
            return False
        if dispute:
            self._say("disputed", own, at, words.DISPUTE, row=row)
            return False
        manner = self._rng.choices(("phone", "paper", "nothing"), (88, 7, 5))[0]
        if manner == "paper":
            self._say("checked", self._supervisor, at, words.ON_PAPER, row=row, on_paper=True)
        elif manner == "phone":
            self._say("checked", own, at, None, row=row)
        return manner != "nothing"

    def _say(self, step: str, identity: Identity, at: datetime, note: str | None, *, row: SheetRow | None = None,
             on_paper: bool = False) -> None:
        month_service.keep_step(
            self._session, month=self._month, id=new_id(self._rng), step=step,
            posting_id=row and row.posting_id, user_id=identity.user_id, note=note, on_paper=on_paper,
            seen_hash=row_hash(row) if row else self._month.hash,
            content_hash=self._hash(step, note=note, posting_id=row and row.posting_id), now=at)

    def _at(self, first: int, last: int) -> datetime:
        """A moment of the working day, so many days after the month."""
        return start_of_day(self._after + timedelta(days=self._rng.randint(first, last))) + timedelta(
            hours=8, minutes=self._rng.randint(0, 600))

    def _hash(self, step: str, **content) -> bytes:
        return content_hash({"month": self._month.month_on, "village": self._month.village.code, "step": step,
                             **content})
