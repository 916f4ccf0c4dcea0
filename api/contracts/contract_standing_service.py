"""What a user is to a village's contracts: of the town above, on its committee, on the team posted there; who sees."""

from datetime import date
from functools import cached_property

from sqlalchemy import ColumnElement, or_
from sqlalchemy.orm import Session

from api.auth import Identity
from api.contracts.contracts_rules import TEAM, TOWN, VILLAGE
from api.postings.access_service import reach_of
from api.postings.divisions_service import DivisionRef
from api.postings.models import Division
from api.visits.household_access_service import posted_villages

SEES = ("cadre", "village", "supervisor")


class Standing:
    """A user today, towards any village; asks for the posting once."""

    def __init__(self, session: Session, identity: Identity, *, today: date):
        self._session, self.identity, self.today = session, identity, today

    @cached_property
    def posted(self) -> frozenset[int]:
        """The villages that the user's own posting covers today."""
        if self.identity.cadre_id is None or not self.identity.has_role("cadre"):
            return frozenset()
        return frozenset(self._session.scalars(posted_villages(self.identity.cadre_id, self.today)))

    def seen(self) -> ColumnElement[bool]:
        """The condition that a village (`Division`) is one whose contracts the user may see."""
        return or_(Division.id.in_(self.posted), reach_of(self.identity, "supervisor", "village"))

    def towards(self, village: DivisionRef | Division) -> frozenset[str]:
        """All that the user is to a village; empty for whom it does not concern."""
        found = set()
        if self.identity.may(village.path, "supervisor"):
            found.add(TOWN)
        if self.identity.may(village.path, "village"):
            found.add(VILLAGE)
        if village.id in self.posted:
            found.add(TEAM)
        return frozenset(found)
