"""Who has told from the village since an emergency duty began, day by day: whom the county need not ring.

In roster order and by village, never by figure. What was told by telephone comes in by the village's register.
"""

from dataclasses import dataclass
from datetime import date, datetime
from operator import itemgetter
from typing import NamedTuple

from sqlalchemy import ColumnElement, FromClause, Row, and_, exists, or_, select
from sqlalchemy.orm import Session

from api.checkin.days_service import days_away
from api.checkin.emergency_models import EmergencyDuty, EmergencyDutyDivision
from api.checkin.emergency_rules import SAYS_NOTHING, Word, days_of, latest_word
from api.checkin.models import Evidence
from api.dates import shanghai_day
from api.errors import Unprocessable
from api.postings.divisions_service import DivisionRef, refs
from api.postings.models import Division, Posting, PostingVillage
from api.postings.roster_service import cadre_names, posted_between
from api.vocabulary import ERRAND_KINDS

FEW = 200
_SKEW = "clock_skew"


class CadrePresence(NamedTuple):
    """A posted cadre on a day of a duty: whether there is a word of it since it began, and the kind of the approved
    leave or errand of that day.
    """

    cadre_id: int
    has_told: bool
    away: str | None

    @property
    def leave(self) -> str | None:
        return None if self.away in ERRAND_KINDS else self.away

    @property
    def errand(self) -> str | None:
        """An errand is duty: whoever is on one is waited for like everybody else."""
        return self.away if self.away in ERRAND_KINDS else None

    @property
    def is_missing(self) -> bool:
        """Without a word, and not on leave: somebody waits for it."""
        return not self.has_told and self.leave is None


@dataclass(frozen=True)
class PostedPresence:
    """Posted cadres in roster order, and how many of them have told.

    `on_leave`: on approved leave and without a word, so that nobody waits for theirs.
    """

    cadres: list[CadrePresence]

    @property
    def posted(self) -> int:
        return len(self.cadres)

    @property
    def reported(self) -> int:
        return sum(one.has_told for one in self.cadres)

    @property
    def on_leave(self) -> int:
        return sum(not one.has_told and one.leave is not None for one in self.cadres)


@dataclass(frozen=True)
class VillagePresence(PostedPresence):
    """Those of one village."""

    village: DivisionRef


@dataclass(frozen=True, slots=True)
class Presence:
    """A day of a duty below a division: everybody, and of the `count` villages those that a page shows, with the latest
    word and the name of each of their cadres."""

    day: date
    days: list[date]
    everybody: PostedPresence
    count: int
    villages: list[VillagePresence]
    words: dict[int, Word]
    names: dict[int, str]


def presence_on(session: Session, *, duty: EmergencyDuty, division: Division, day: date | None, now: datetime,
                only_missing: bool = False, page: int = 1, page_size: int = 50) -> Presence:
    """The villages of a duty below a division with somebody posted there on a day, in roster order.

    `day` None: today while the duty runs, else its nearest day. `only_missing`: villages where somebody's word is
    waited for. Raises Unprocessable (day_outside_duty).
    """
    days = days_of(from_at=duty.from_at, until_at=duty.until_at, ended_at=duty.ended_at)
    if day is None:
        day = min(max(shanghai_day(now), days[0]), days[-1])
    elif day not in days:
        raise Unprocessable("day_outside_duty")
    rows = _posted(session, duty, division, day)
    ids = [row[1] for row in rows]
    # Beyond so many, naming each of them takes longer than reading everybody's.
    away = days_away(session, ids if len(ids) <= FEW else None, day, day)
    everybody = PostedPresence([])
    posted: dict[int, list[CadrePresence]] = {}
    for village_id, cadre_id, has_told, *_order in rows:
        one = CadrePresence(cadre_id, has_told, away.get((cadre_id, day)))
        everybody.cadres.append(one)
        posted.setdefault(village_id, []).append(one)
    listed = [village_id for village_id, cadres in posted.items()
              if not only_missing or any(one.is_missing for one in cadres)]
    shown = listed[(page - 1) * page_size:page * page_size]
    places = refs(session, shown)
    villages = [VillagePresence(posted[village_id], places[village_id]) for village_id in shown]
    named = [one.cadre_id for village in villages for one in village.cadres]
    return Presence(day, days, everybody, len(listed), villages,
                    _words(session, duty, named, day), cadre_names(session, named))


def _posted(session: Session, duty: EmergencyDuty, division: Division, day: date) -> list[Row]:
    """(village, cadre, whether the cadre has told, …) of each posting of the day once, in roster order: at the home
    village, or at the first other one that the duty holds for."""
    chosen = session.scalars(select(Division.path).where(Division.id.in_(
        select(EmergencyDutyDivision.division_id).where(EmergencyDutyDivision.duty_id == duty.id)))).all()
    postings, places, home = Posting.__table__, Division.__table__, Division.__table__.alias("home")

    def within(place: FromClause) -> ColumnElement[bool]:
        return and_(place.c.path.like(division.path + "%"), or_(*(place.c.path.like(path + "%") for path in chosen)))

    has_told = exists().where(Evidence.cadre_id == postings.c.cadre_id, _is_word(duty, day))
    shown = select(places.c.id, postings.c.cadre_id, has_told, places.c.code, postings.c.id).where(
        within(places), posted_between(day, day)).order_by(places.c.code, postings.c.id)
    homes = session.execute(shown.join_from(postings, places, places.c.id == postings.c.village_id)).all()
    others = PostingVillage.__table__
    further = session.execute(
        shown.join_from(postings, others, others.c.posting_id == postings.c.id)
        .join(places, places.c.id == others.c.village_id)
        .join(home, home.c.id == postings.c.village_id).where(~within(home))).all()
    first = {}
    for row in further:
        first.setdefault(row[-1], row)
    return sorted((*homes, *first.values()), key=itemgetter(3, 4)) if first else homes


def _words(session: Session, duty: EmergencyDuty, cadre_ids: list[int], day: date) -> dict[int, Word]:
    """The latest word of each cadre on a day. A clock that was wrong is not believed: then it is when it came."""
    found: dict[int, list[Word]] = {}
    for row in session.execute(
            select(Evidence.cadre_id, Evidence.kind, Evidence.verdict, Evidence.status, Evidence.captured_at,
                   Evidence.received_at, Evidence.flags)
            .where(Evidence.cadre_id.in_(cadre_ids), _is_word(duty, day))):
        at = row.received_at if _SKEW in row.flags else row.captured_at
        found.setdefault(row.cadre_id, []).append(Word(at, row.kind, row.verdict, row.status))
    return {cadre_id: latest_word(words, from_at=duty.from_at) for cadre_id, words in found.items()}


def _is_word(duty: EmergencyDuty, day: date) -> ColumnElement[bool]:
    """The condition that a piece of evidence of a day is one of those among which `latest_word` finds the latest."""
    return and_(Evidence.day == day, Evidence.received_at >= duty.from_at, Evidence.status.not_in(SAYS_NOTHING),
                or_(Evidence.captured_at >= duty.from_at, Evidence.flags.contains(_SKEW)))
