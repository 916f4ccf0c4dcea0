"""Who has told from the village since an emergency duty began, day by day: whom the county need not ring.

In roster order and by village, never by figure. What was told by telephone comes in by the village's register.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from api.checkin.days_service import days_away
from api.checkin.emergency_models import EmergencyDuty, EmergencyDutyDivision
from api.checkin.emergency_rules import SAYS_NOTHING, Word, days_of, latest_word
from api.checkin.models import Evidence
from api.dates import shanghai_day
from api.errors import Unprocessable
from api.postings.account_models import User
from api.postings.divisions_service import REF_COLUMNS, DivisionRef, below
from api.postings.models import Cadre, Division, Posting, PostingVillage
from api.postings.roster_service import posted_between
from api.vocabulary import ERRAND_KINDS

# Up to so many cadres are named one by one where their facts are asked for.
FEW = 200


class CadrePresence(NamedTuple):
    """A posted cadre on a day of a duty; `word` is the latest piece of evidence since it began, `away` the kind of the
    approved leave or errand of that day.
    """

    cadre_id: int
    name: str
    word: Word | None
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
        return self.word is None and self.leave is None


@dataclass(slots=True)
class VillagePresence:
    """A village with its posted cadres in roster order, and how many of them have told.

    `on_leave`: on approved leave and without a word, so that nobody waits for theirs.
    """

    village: DivisionRef
    cadres: list[CadrePresence] = field(default_factory=list)
    reported: int = 0
    on_leave: int = 0

    def add(self, one: CadrePresence) -> None:
        self.cadres.append(one)
        if one.word is not None:
            self.reported += 1
        elif one.leave is not None:
            self.on_leave += 1

    @property
    def posted(self) -> int:
        return len(self.cadres)

    @property
    def missing(self) -> int:
        return self.posted - self.reported - self.on_leave


@dataclass(frozen=True, slots=True)
class Presence:
    """A day of a duty below a division, whole."""

    day: date
    days: list[date]
    villages: list[VillagePresence]


def presence_on(session: Session, *, duty: EmergencyDuty, division: Division, day: date | None,
                now: datetime) -> Presence:
    """The villages of a duty below a division with somebody posted there on a day, in roster order.

    `day` None: today while the duty runs, else its nearest day. Raises Unprocessable (day_outside_duty).
    """
    days = days_of(from_at=duty.from_at, until_at=duty.until_at, ended_at=duty.ended_at)
    if day is None:
        day = min(max(shanghai_day(now), days[0]), days[-1])
    elif day not in days:
        raise Unprocessable("day_outside_duty")
    rows = _posted(session, duty, division, day)
    asked = _asked_about({row.cadre_id for row in rows}, day)
    words, away = _words(session, duty, asked, day), days_away(session, asked, day, day)
    villages: dict[int, VillagePresence] = {}
    for row in rows:
        place = villages.get(row.id)
        if place is None:
            place = villages[row.id] = VillagePresence(DivisionRef(*row[:len(REF_COLUMNS)]))
        told = words.get(row.cadre_id)
        place.add(CadrePresence(row.cadre_id, row.cadre_name, told and latest_word(told, from_at=duty.from_at),
                                away.get((row.cadre_id, day))))
    return Presence(day, days, list(villages.values()))


def _posted(session: Session, duty: EmergencyDuty, division: Division, day: date) -> list:
    """Each posting of the day once, in the home village, or in the first other one that the duty holds for."""
    chosen = session.scalars(select(Division.path).where(Division.id.in_(
        select(EmergencyDutyDivision.division_id).where(EmergencyDutyDivision.duty_id == duty.id)))).all()
    scope = and_(below(division.path), or_(*(below(path) for path in chosen)))
    shown = (*REF_COLUMNS, Posting.id.label("posting_id"), Posting.cadre_id, User.name.label("cadre_name"))
    people = (select(*shown).select_from(Posting).join(Cadre, Cadre.id == Posting.cadre_id)
              .join(User, User.id == Cadre.user_id))
    homes = session.execute(
        people.join(Division, Division.id == Posting.village_id).where(scope, posted_between(day, day))).all()
    further = session.execute(
        people.join(PostingVillage, PostingVillage.posting_id == Posting.id)
        .join(Division, Division.id == PostingVillage.village_id).where(scope, posted_between(day, day))
        .order_by(Division.code)).all()
    rows = {row.posting_id: row for row in homes}
    for row in further:
        rows.setdefault(row.posting_id, row)
    return sorted(rows.values(), key=lambda row: (row.code, row.posting_id))


def _asked_about(cadre_ids: set[int], day: date) -> Collection[int] | Select:
    """What to look cadres up by: many ids take longer to send than everybody's facts of one day take to read."""
    return cadre_ids if len(cadre_ids) <= FEW else select(Posting.cadre_id).where(posted_between(day, day))


def _words(session: Session, duty: EmergencyDuty, cadre_ids: Collection[int] | Select, day: date
           ) -> dict[int, list[Word]]:
    """The pieces of evidence of a day, by cadre. A clock that was wrong is not believed: then it is when it came."""
    found: dict[int, list[Word]] = {}
    for row in session.execute(
            select(Evidence.cadre_id, Evidence.kind, Evidence.verdict, Evidence.status, Evidence.captured_at,
                   Evidence.received_at, Evidence.flags)
            .where(Evidence.cadre_id.in_(cadre_ids), Evidence.day == day,
                   Evidence.received_at >= duty.from_at, Evidence.status.not_in(SAYS_NOTHING))):
        at = row.received_at if "clock_skew" in row.flags else row.captured_at
        found.setdefault(row.cadre_id, []).append(Word(at, row.kind, row.verdict, row.status))
    return found
