"""Cadres' days as comma-separated text for analysis: one row for each day with a fact, in the order of the roster."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cache, partial

from sqlalchemy import Row, select
from sqlalchemy.orm import Session, aliased

from api import i18n
from api.checkin.models import Evidence, Leave, StationedDay
from api.dashboards.orders_service import Order, Taking, csv_of_days
from api.dates import days_between
from api.db import in_chunks
from api.postings import calendar_service
from api.postings.account_models import User
from api.postings.divisions_service import below
from api.postings.models import Cadre, Division, Posting
from api.postings.roster_service import posted_between

VERDICTS = ("inside", "uncertain", "outside", "no_location", "not_judged")
COLUMNS = ("township", "village", "village_code", "cadre", "cadre_role", "sending_unit", "day", "calendar",
           "calendar_label", "day_state", "leave", "pieces", "pieces_counting", "piece_kinds",
           *(f"verdict_{one}" for one in VERDICTS), "distance_m")
# So many postings are read at once: memory does not grow with the division.
_POSTINGS = 100
# Whoever has the file learns how far it was about; where exactly is revealed one record at a time, and logged.
_METRES = 100


@dataclass
class _Facts:
    """What is known of one posting's day."""

    state: str | None = None
    leave: str | None = None
    pieces: list[Row] = field(default_factory=list)


def days_taking(session: Session, *, division: Division, first: date, last: date, order: Order) -> Taking:
    """The days below a division from a day to a day, as far as somebody recorded something; reads only."""
    words = cache(partial(i18n.text, order.language))
    return csv_of_days(order, division=division, first=first, last=last, columns=COLUMNS,
                       lines=_lines(session, division, first, last, words))


def _lines(session: Session, division: Division, first: date, last: date, words: Callable[..., str]) -> Iterator[list]:
    calendar = _calendar(session, first, last, words)
    for postings in in_chunks(_postings(session, division, first, last), _POSTINGS):
        facts = _facts(session, postings, first, last)
        for posting in postings:
            for day in sorted(facts.get(posting.id, ())):
                yield [posting.township, posting.village, posting.code, posting.name,
                       words(f"cadre_role.{posting.cadre_role}"), posting.sending_unit, day, *calendar[day],
                       *_cells(facts[posting.id][day], words)]


def _cells(facts: _Facts, words: Callable[..., str]) -> list:
    kinds: dict[str, int] = {}
    for piece in facts.pieces:
        kinds[piece.kind] = kinds.get(piece.kind, 0) + 1
    distances = [piece.distance_m for piece in facts.pieces if piece.distance_m is not None]
    return [facts.state and words(f"export.day_state.{facts.state}"),
            facts.leave and words(f"leave.kind.{facts.leave}"),
            len(facts.pieces), sum(piece.status == "counts" for piece in facts.pieces),
            " ".join(f"{words(f'dashboard.kind.{kind}')}×{count}" for kind, count in sorted(kinds.items())),
            *(sum(piece.verdict == verdict for piece in facts.pieces) for verdict in VERDICTS),
            round(min(distances) / _METRES) * _METRES if distances else None]


def _calendar(session: Session, first: date, last: date, words: Callable[..., str]) -> dict[date, tuple[str, str]]:
    special = calendar_service.special_days(session, first, last)
    return {day: (words("calendar." + (special[day].kind if day in special else
                                       "workday" if day.weekday() < 5 else "rest")),
                  special[day].label if day in special else "")
            for day in days_between(first, last)}


def _postings(session: Session, division: Division, first: date, last: date) -> list[Row]:
    township = aliased(Division)
    return list(session.execute(
        select(Posting.id, Posting.cadre_id, Posting.from_on, Posting.to_on, Division.name.label("village"),
               Division.code, township.name.label("township"), User.name, Cadre.cadre_role, Cadre.sending_unit)
        .join(Division, Division.id == Posting.village_id).outerjoin(township, township.id == Division.township_id)
        .join(Cadre, Cadre.id == Posting.cadre_id).join(User, User.id == Cadre.user_id)
        .where(below(division.path), posted_between(first, last))
        .order_by(Division.code, Posting.id)))


def _facts(session: Session, postings: list[Row], first: date, last: date) -> dict[int, dict[date, _Facts]]:
    found: dict[int, dict[date, _Facts]] = {}

    def facts(posting_id: int, day: date) -> _Facts:
        return found.setdefault(posting_id, {}).setdefault(day, _Facts())

    ids, of_cadre = [posting.id for posting in postings], {}
    for posting in postings:
        of_cadre.setdefault(posting.cadre_id, []).append(posting)
    for row in session.execute(
            select(StationedDay.posting_id, StationedDay.day, StationedDay.state)
            .where(StationedDay.posting_id.in_(ids), StationedDay.day.between(first, last))):
        facts(row.posting_id, row.day).state = row.state
    for row in session.execute(
            select(Evidence.posting_id, Evidence.day, Evidence.kind, Evidence.verdict, Evidence.status,
                   Evidence.distance_m)
            .where(Evidence.cadre_id.in_(list(of_cadre)), Evidence.posting_id.in_(ids),
                   Evidence.day.between(first, last), Evidence.status.not_in(("erased", "withdrawn")))
            .order_by(Evidence.captured_at, Evidence.id)):
        facts(row.posting_id, row.day).pieces.append(row)
    for row in session.execute(
            select(Leave.cadre_id, Leave.kind, Leave.from_on, Leave.to_on, Leave.returned_on)
            .where(Leave.cadre_id.in_(list(of_cadre)), Leave.state == "approved", Leave.from_on <= last,
                   Leave.to_on >= first)
            .order_by(Leave.from_on, Leave.id)):
        for posting in of_cadre[row.cadre_id]:
            for day in _away(row, posting, first, last):
                facts(posting.id, day).leave = facts(posting.id, day).leave or row.kind
    return found


def _away(leave: Row, posting: Row, first: date, last: date) -> list[date]:
    """The days of a leave within a posting and the period; the day of the return is none of them."""
    begins, ends = max(leave.from_on, posting.from_on, first), min(leave.to_on, posting.to_on or last, last)
    return [day for day in days_between(begins, ends) if leave.returned_on is None or day < leave.returned_on]
