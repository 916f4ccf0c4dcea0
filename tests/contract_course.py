"""Contracts for tests: walked to any state through the services, quickly; a part of the small county."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID, uuid4

from api.auth import Grant, Identity
from api.contracts import contract_steps_service, contracts_service, items_service
from api.contracts.contract_standing_service import Standing
from api.contracts.contracts_service import Item
from api.contracts.models import Contract, ContractRevision
from api.dates import shanghai_day
from api.http import content_hash

# The way of a contract, each step with whose it is; `reviews` are two records, not a state.
WAY = (("measures", "village"), ("deliberated", "village"), ("reviews", "village"), ("sealed", "village"),
       ("submitted", "village"), ("approved", "town"), ("signed", "town"), ("published", "town"), ("closed", "town"))


USUAL = ({}, {"text": "每月开展一次主题党日", "dimension": "party_building", "unit": "次"})


def item_fields(year: int = 2026, **changes) -> dict:
    """The columns of a complete item of a yearly contract: three kilometres of road in every quarter."""
    return {"dimension": "economy", "text": "硬化通组路", "standard": "路面宽3.5米，验收合格", "target_hundredths": 1200,
            "unit": "公里", "due_on": date(year, 12, 20), "responsible": "李支书",
            "quarters": [{"hundredths": 300, "text": None}] * 4, "is_major": False, "is_imposed": False,
            "legal_basis": None, **changes}


def step_details(step: str, day: date) -> dict:
    """What a step needs beside a note, with a vote that carries."""
    if step == "deliberated":
        return {"held_on": day, "entitled": 30, "present": 25, "in_favour": 23, "against": 1, "abstained": 1,
                "minutes": "逐条审议，一致同意上报"}
    if step in ("approved", "returned"):
        return {"followed_procedure": True, "is_realistic_and_lawful": step == "approved"}
    return {"held_on": day, "place": "镇政府会议室", "signers": ["赵镇长", "李支书"]} if step == "signed" else {}


class ContractCourse:
    """What the county of tests knows of contracts."""

    def contract(self, village: str = "A1", *, state: str = "published", kind: str = "yearly", year: int = 2026,
                 items: Sequence[dict] | None = None, id: UUID | None = None) -> Contract:
        """A village's contract in a state of its first revision; default: published, of this year, with two items.

        `items` are changes to `item_fields`, one mapping for each item. What happens, happens at `now`.
        """
        first_on, last_on = date(year, 1, 1), date(year, 12, 31) if kind == "yearly" else date(year + 2, 12, 31)
        contract, _created = contracts_service.open_contract(
            self.session, standing=self.contract_standing(village, "town"), id=id or uuid4(),
            village_code=self.villages[village].code, kind=kind, first_on=first_on, last_on=last_on,
            term_contract_id=None, content_hash=b"test", now=self.now)
        for changes in USUAL if items is None else items:
            self.contract_item(contract, year=year, **changes)
        self.walk_contract(contract, state)
        return contract

    def contract_item(self, contract: Contract, *, year: int = 2026, role: str = "town", **changes) -> Item:
        """One more item of the latest revision, which must be one that may be edited; answers it."""
        id = uuid4()
        items_service.add_item(
            self.session, standing=self.contract_standing(contract, role), contract_id=contract.id, id=id,
            revision_id=self.contract_revision(contract).id, fields=item_fields(year, **changes), content_hash=b"test",
            now=self.now)
        return next(item for item in self.contract_items(contract) if item.id == id)

    def walk_contract(self, contract: Contract, state: str) -> None:
        """Take the steps of the way that lead the latest revision from where it is to a state."""
        revision = self.contract_revision(contract)
        names = [name for name, _role in WAY]
        done = names.index(revision.state) if revision.state in names else -1
        wanted = "submitted" if state == "returned" else state
        for name, role in WAY[done + 1:names.index(wanted) + 1 if wanted in names else 0]:
            if name == "reviews":
                self.contract_review(contract, "branch", role="village")
                self.contract_review(contract, "team", role="team_entered")
            else:
                self.contract_step(contract, name, role=role)
        if state == "returned":
            self.contract_step(contract, "returned", role="town", note="第一条目标偏低")

    def contract_step(self, contract: Contract, name: str, *, role: str, note: str | None = None, **changes) -> None:
        """One step of the latest revision by somebody of the `village` or the `town`; `changes` to its details."""
        note = note or ("提前办结" if name == "closed" else None)
        contract_steps_service.take_step(
            self.session, standing=self.contract_standing(contract, role), contract_id=contract.id, id=uuid4(),
            revision_id=self.contract_revision(contract).id, step=name, note=note, photos=[], content_hash=b"test",
            details=step_details(name, shanghai_day(self.now)) | changes, now=self.now)

    def contract_review(self, contract: Contract, body: str, *, role: str, is_agreed: bool = True) -> None:
        """A review of the latest revision as it stands."""
        contract_steps_service.add_review(
            self.session, standing=self.contract_standing(contract, role), contract_id=contract.id, id=uuid4(),
            revision_id=self.contract_revision(contract).id, body=body, reviewer={"branch": "李支书", "team": "张队长"}[body],
            is_agreed=is_agreed, opinion=None if is_agreed else "第一条不现实",
            content_hash=content_hash({"body": body}), now=self.now)

    def revise_contract(self, contract: Contract, reason: str = "目标偏低") -> ContractRevision:
        """A further revision of what was approved, signed or published."""
        contracts_service.revise(
            self.session, standing=self.contract_standing(contract, "town"), contract_id=contract.id, id=uuid4(),
            reason=reason, content_hash=b"test", now=self.now)
        return self.contract_revision(contract)

    def contract_revision(self, contract: Contract) -> ContractRevision:
        """The latest revision."""
        return contracts_service.latest_revision(self.session, contract.id)

    def contract_items(self, contract: Contract) -> list[Item]:
        """The items of the latest revision."""
        revision = self.contract_revision(contract)
        return contracts_service.items_of(self.session, [revision.id])[revision.id]

    def contract_standing(self, of: Contract | str, role: str) -> Standing:
        """Somebody of the `village` or of the `town`, always the same one; `team_entered` is another of the town."""
        village = self.villages[of] if isinstance(of, str) else next(
            one for one in self.villages.values() if one.id == of.village_id)
        held = self.__dict__.setdefault("_actors", {})
        if (village.id, role) not in held:
            division = village if role == "village" else next(
                one for one in self.townships.values() if one.id == village.township_id)
            granted = "village" if role == "village" else "supervisor"
            person = self.person(granted, division)
            grant = Grant(granted, division.id, division.path, division.level)
            held[village.id, role] = Identity(person.user.id, "zh", None, 0, None, (grant,))
        return Standing(self.session, held[village.id, role], today=shanghai_day(self.now))
