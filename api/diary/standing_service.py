"""What a user is to villages: above them, of them, or acting for them; for the slices that stand on this one."""

from collections.abc import Iterable
from datetime import date
from functools import cached_property

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from api.auth import Identity
from api.diary.concerns_service import records_in
from api.errors import Forbidden, NotFound
from api.postings.access_service import reach_of
from api.postings.account_models import Grant
from api.postings.divisions_service import DivisionRef, below, division_by_code
from api.postings.models import Cadre, Division, Posting, PostingVillage
from api.postings.roster_service import posted_between
from api.visits.household_access_service import posted_villages


class VillageStanding:
    """What a user is today to a village: posted there as a cadre, on its committee, or of a division above it."""

    def __init__(self, session: Session, identity: Identity, *, today: date):
        self._session, self.identity, self.today = session, identity, today

    @cached_property
    def posted(self) -> set[int]:
        """The villages that the cadre's posting covers today."""
        if self.identity.cadre_id is None or not self.identity.has_role("cadre"):
            return set()
        return set(self._session.scalars(posted_villages(self.identity.cadre_id, self.today)))

    def is_above(self, village: DivisionRef | Division) -> bool:
        return self.identity.may(village.path, "supervisor")

    def acts_for(self, village: DivisionRef | Division) -> bool:
        """Whether the user speaks for the village: of its committee, or posted there; whatever other grants say."""
        return village.id in self.posted or self.identity.may(village.path, "village")

    def sees(self, village: DivisionRef | Division) -> bool:
        return self.acts_for(village) or self.is_above(village)

    def seen(self) -> ColumnElement[bool]:
        """The same as a condition; `Division` is the village."""
        return or_(Division.id.in_(self.posted), reach_of(self.identity, "supervisor", "village"))

    def within(self, code: str | None) -> ColumnElement[bool]:
        """What is seen of a division and below it; NotFound for one out of reach."""
        if code is None:
            return self.seen()
        division = division_by_code(self._session, code)
        if not self.sees(division):
            raise NotFound("division_not_found", code=code)
        return below(division.path)

    def village(self, code: str) -> Division:
        """A village that the user has to do with; NotFound for all else."""
        village = division_by_code(self._session, code)
        if village.level != "village" or not self.sees(village):
            raise NotFound("division_not_found", code=code)
        return village

    def may_tell(self, village: DivisionRef, day: date) -> bool:
        """Whether the user may say of a day what was done there: also who was posted there until shortly before."""
        return self.sees(village) or records_in(self._session, self.identity, village.id,
                                                days={self.today, min(day, self.today)})

    def decide_on(self, village: DivisionRef) -> None:
        """Raise unless the user may decide from above: NotFound below it, Forbidden (own_record) who acts for it."""
        if not self.is_above(village):
            raise Forbidden() if self.acts_for(village) else NotFound()
        if self.acts_for(village):
            raise Forbidden("own_record")


def acting_for(session: Session, *, user_ids: Iterable[int | None], village: DivisionRef, day: date) -> set[int]:
    """Which of these users spoke for a village on a day: of its committee, or posted there."""
    ids = {user_id for user_id in user_ids if user_id is not None}
    if not ids:
        return set()
    granted = session.execute(
        select(Grant.user_id, Division.path).join(Division, Division.id == Grant.division_id).where(
            Grant.user_id.in_(ids), Grant.role == "village", Grant.from_on <= day,
            or_(Grant.to_on.is_(None), Grant.to_on >= day)))
    found = {row.user_id for row in granted if village.path.startswith(row.path)}
    further = select(PostingVillage.posting_id).where(PostingVillage.village_id == village.id)
    return found | set(session.scalars(
        select(Cadre.user_id).join(Posting, Posting.cadre_id == Cadre.id).where(
            Cadre.user_id.in_(ids), or_(Posting.village_id == village.id, Posting.id.in_(further)),
            posted_between(day, day))))
