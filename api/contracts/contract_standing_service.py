"""What a user is to a village's contracts: of the town above, on its committee, on the team posted there."""

from api.contracts.contracts_rules import TEAM, TOWN, VILLAGE
from api.diary.standing_service import VillageStanding
from api.postings.divisions_service import DivisionRef
from api.postings.models import Division

SEES = ("cadre", "village", "supervisor")


class Standing(VillageStanding):
    """A user today, towards the contracts of any village."""

    def towards(self, village: DivisionRef | Division) -> frozenset[str]:
        """All that the user is to a village; empty for whom it does not concern."""
        found = set()
        if self.is_above(village):
            found.add(TOWN)
        if self.identity.may(village.path, "village"):
            found.add(VILLAGE)
        if village.id in self.posted:
            found.add(TEAM)
        return frozenset(found)
