"""The days of a cadre, each with its evidence, decisions and the reason why it does or does not count."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import or_, select, true
from sqlalchemy.orm import Session

from api.checkin.decisions_service import decision_views
from api.checkin.judging_service import decisions_of
from api.checkin.leave_rules import covers
from api.checkin.models import Evidence, Leave, StationedDay
from api.checkin.presence_service import EvidenceView, evidence_views
from api.checkin.reveals_service import reveals_of
from api.checkin.why_rules import why_day
from api.dates import days_between
from api.postings import calendar_service
from api.postings.divisions_service import DivisionRef, below, refs
from api.postings.models import CalendarDay, Division, Posting, PostingVillage
from api.postings.roster_service import cadre_names, postings_of
from api.vocabulary import ERRAND_KINDS

# A supervisor's list of waiting days is cut here; what lies beyond is said to be there.
MOST_WAITING = 500


@dataclass
class DayView:
    """One day of one cadre as answers show it; `why` is a slug that the pages put into words."""

    day: date
    calendar: dict
    duty: bool
    village: DivisionRef | None
    leave: dict | None
    state: str | None
    why: str
    cadre: dict | None = None
    evidence: list[EvidenceView] = field(default_factory=list)

    @property
    def weekday(self) -> int:
        return self.day.isoweekday()

    @property
    def in_posting(self) -> bool:
        return self.village is not None

    @property
    def counts(self) -> bool:
        return self.state in ("stationed", "errand")


def days_of_cadre(session: Session, *, cadre_id: int, first: date, last: date, today: date,
                  with_reveals: bool = False) -> list[DayView]:
    """Every day from `first` to `last`, with or without a fact; `with_reveals` tells who was shown coordinates."""
    views = _days(session, {cadre_id: days_between(first, last)}, first=first, last=last, today=today)
    if with_reveals:
        pieces = [piece for view in views for piece in view.evidence]
        reveals = reveals_of(session, [piece.id for piece in pieces])
        for piece in pieces:
            piece.reveals = reveals.get(piece.id, [])
    return views


def waiting_days(session: Session, *, division: Division, first: date, last: date,
                 today: date) -> tuple[list[DayView], bool]:
    """The days that wait for a confirmation below a division, in roster order, and whether there are more than these.

    A village sees those of neighbouring postings that cover it too (联片): it may confirm them.
    """
    covered = select(PostingVillage.posting_id).where(PostingVillage.village_id == division.id)
    query = (
        select(Posting.cadre_id, StationedDay.day)
        .join(Posting, Posting.id == StationedDay.posting_id).join(Division, Division.id == Posting.village_id)
        .where(StationedDay.state == "waiting", StationedDay.day.between(first, last),
               or_(below(division.path), Posting.id.in_(covered)))
        .order_by(Division.code, Posting.cadre_id, StationedDay.day).limit(MOST_WAITING + 1))
    rows = session.execute(query).all()
    wanted: dict[int, list[date]] = {}
    for row in rows[:MOST_WAITING]:
        wanted.setdefault(row.cadre_id, []).append(row.day)
    return _days(session, wanted, first=first, last=last, today=today), len(rows) > MOST_WAITING


def _days(session: Session, wanted: dict[int, list[date]], *, first: date, last: date, today: date) -> list[DayView]:
    ids = list(wanted)
    names = cadre_names(session, ids)
    special = calendar_service.special_days(session, first, last)
    official = calendar_service.official_years(session)
    postings: dict[int, list[Posting]] = {}
    for posting in postings_of(session, ids):
        postings.setdefault(posting.cadre_id, []).append(posting)
    villages = refs(session, [posting.village_id for rows in postings.values() for posting in rows])
    states = kept_states(session, [posting.id for rows in postings.values() for posting in rows], first, last)
    evidence = _evidence(session, wanted, first, last)
    leaves = _leaves(session, ids, first, last)
    views = []
    for cadre_id, days in wanted.items():
        for day in days:
            posting = next((p for p in postings.get(cadre_id, ())
                            if p.from_on <= day and (p.to_on is None or day <= p.to_on)), None)
            leave = next((row for row in leaves.get(cadre_id, ()) if covers(row, day)), None)
            row = special.get(day)
            worked = calendar_service.is_workday(day, row.kind if row else None)
            pieces = evidence.get((cadre_id, day), [])
            state = states.get((posting.id, day)) if posting else None
            views.append(DayView(
                day=day, calendar={**nature_of(day, row), "official": day.year in official},
                village=villages[posting.village_id] if posting else None,
                duty=bool(posting) and worked and (leave is None or leave.kind in ERRAND_KINDS),
                leave=leave and {"id": leave.id, "kind": leave.kind}, state=state,
                why=why_day(state=state, posted=posting is not None, worked=worked, on_leave=leave is not None,
                            days_ahead=(day - today).days,
                            pieces=[(p.kind, p.verdict, p.status, bool(p.decisions)) for p in pieces]),
                cadre={"id": cadre_id, "name": names[cadre_id]}, evidence=pieces))
    return views


def nature_of(day: date, row: CalendarDay | None) -> dict:
    """{kind, label} of a day: what the calendar says of it in `row`, else what its weekday is, without a label."""
    if row is not None:
        return {"kind": row.kind, "label": row.label or None}
    return {"kind": "workday" if day.weekday() < 5 else "rest", "label": None}


def kept_states(session: Session, posting_ids: Iterable[int], first: date, last: date) -> dict[tuple[int, date], str]:
    """The kept state of each day of postings that has any fact."""
    rows = session.execute(select(StationedDay.posting_id, StationedDay.day, StationedDay.state)
                           .where(StationedDay.posting_id.in_(posting_ids), StationedDay.day.between(first, last)))
    return {(row.posting_id, row.day): row.state for row in rows}


def days_away(session: Session, cadre_ids: Iterable[int] | None, first: date, last: date
              ) -> dict[tuple[int, date], str]:
    """The kind of the approved leave or errand of each day of cadres that has one, days ahead included.

    `cadre_ids` None: of everybody.
    """
    return {(cadre_id, day): leave.kind for cadre_id, rows in _leaves(session, cadre_ids, first, last).items()
            # The earliest that covers a day is told, as on the cadre's own page.
            for leave in reversed(rows) for day in days_between(max(first, leave.from_on), min(last, leave.to_on))
            if covers(leave, day)}


def _evidence(session: Session, wanted: dict[int, list[date]], first: date, last: date):
    pieces = list(session.scalars(
        select(Evidence).where(Evidence.cadre_id.in_(wanted), Evidence.day.between(first, last),
                               Evidence.status.not_in(("erased", "withdrawn")))
        .order_by(Evidence.captured_at, Evidence.id)))
    pieces = [piece for piece in pieces if piece.day in set(wanted[piece.cadre_id])]
    decisions = decisions_of(session, [piece.id for piece in pieces])
    shown: dict = {}
    for view in decision_views(session, [d for made in decisions.values() for d in made]):
        shown.setdefault(view.evidence_id, []).append(view)
    found: dict[tuple[int, date], list[EvidenceView]] = {}
    for view in evidence_views(session, pieces, shown):
        found.setdefault((view.cadre_id, view.day), []).append(view)
    return found


def _leaves(session: Session, ids: Iterable[int] | None, first: date, last: date) -> dict[int, list[Leave]]:
    found: dict[int, list[Leave]] = {}
    rows = session.scalars(
        select(Leave).where(true() if ids is None else Leave.cadre_id.in_(ids), Leave.state == "approved",
                            Leave.from_on <= last, Leave.to_on >= first).order_by(Leave.from_on, Leave.id))
    for row in rows:
        found.setdefault(row.cadre_id, []).append(row)
    return found
