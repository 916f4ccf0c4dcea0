"""Lets the demo's villages promise something for the year: every contract goes its way, and not all get as far."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api import demo_contract_words as words
from api.auth import Identity
from api.contracts import contract_steps_service, contracts_service, items_service, village_sizes_service
from api.contracts.contract_standing_service import Standing
from api.contracts.models import Contract
from api.dates import shanghai_day, start_of_day
from api.demo_leave_rules import new_id
from api.demo_people_rules import People
from api.http import content_hash
from api.postings.models import Division
from api.visits.models import Household

_TERM_YEARS = 3
_ITEMS = 5
# The course of a year's contract: (step, day of the year on which it is usually taken, by whom).
_COURSE = (
    ("measures", 16, "village"), ("branch", 18, "village"), ("team", 19, "team"), ("deliberated", 21, "village"),
    ("sealed", 22, "village"), ("submitted", 23, "village"), ("approved", 27, "town"), ("signed", 36, "town"),
    ("published", 37, "village"),
)
# How far the contracts of some villages got, by their place in the roster; all others are published.
_ENDS = {3: "framework", 9: "measures", 14: "no_quorum", 20: "deliberated", 26: "sealed", 31: "submitted",
         37: "submitted", 42: "returned", 48: "approved", 53: "signed"}
_NONE, _REVISING, _REVISED = 64, 5, 11
# Every third village has written down the targets of its term as well.
_TERMS = 3
# By how much a revision raises what was too low, in hundredths.
_MORE = 500


@dataclass(frozen=True)
class Actors:
    """Who acts for a village and who decides on it, as they were known to the plan."""

    village: Identity
    town: Identity
    county: Identity
    team: Identity | None
    posted_on: date

    def of(self, who: str, at: datetime) -> Identity:
        """The actor of a step; where nobody is posted yet, the county enters what the team said on paper."""
        if who == "team" and (self.team is None or shanghai_day(at) < self.posted_on):
            return self.county
        return getattr(self, who)


def make_promises(session: Session, *, people: People, identity: Callable[[str], Identity], seed: int,
                  as_of: datetime) -> None:
    """The contracts of every village for the year of `as_of`, of some for their term, as far as that day."""
    households = dict(session.execute(select(Household.village_id, func.count()).where(Household.alive_to.is_(None))
                                      .group_by(Household.village_id)).all())
    posted = {stay.village: (f"cadre{worker.number}", stay.from_on) for worker in people.workers
              for stay in worker.stays if stay.to_on is None or stay.to_on >= shanghai_day(as_of)}
    villages = session.scalars(select(Division).where(Division.level == "village").order_by(Division.code)).all()
    for nth, village in enumerate(villages):
        team, posted_on = posted.get(village.code, (None, date.max))
        actors = Actors(identity(people.committee_of[village.code]), identity(people.supervisor_of[village.code]),
                        identity("county"), identity(team) if team else None, posted_on)
        story = _Story(session, village, actors, Random(f"{seed} {as_of.year} promises {village.code}"), as_of)
        village_sizes_service.enter_size(session, village=village, year=as_of.year, user_id=actors.town.user_id,
                                         households=households.get(village.id, 0), now=story.at(3))
        term = story.promise_term() if nth % _TERMS == 0 else None
        if nth != _NONE:
            story.promise_year(term, until=_ENDS.get(nth, "published"))
        if nth in (_REVISING, _REVISED):
            story.revise(until="published" if nth == _REVISED else "measures")


class _Story:
    """One village's contracts."""

    def __init__(self, session: Session, village: Division, actors: Actors, rng: Random, as_of: datetime):
        self._session, self._village, self._actors, self._rng, self._as_of = session, village, actors, rng, as_of
        self._year = shanghai_day(as_of).year
        self._contract: Contract | None = None
        self._branch = rng.choice(words.RESPONSIBLE)

    def at(self, nth_day: int) -> datetime:
        """A moment of a working morning, so many days into the year."""
        return start_of_day(date(self._year, 1, 1) + timedelta(days=nth_day)) + timedelta(
            hours=9, minutes=self._rng.randint(0, 150))

    def promise_term(self) -> UUID:
        """The targets of the term, published before the year began."""
        first = self._year - self._year % _TERM_YEARS
        contract = self._open("term", date(first, 1, 1), date(first + _TERM_YEARS - 1, 12, 31), None, self.at(4))
        for nth, (dimension, text, unit, target) in enumerate(words.TERM):
            self._item(contract, self._actors.town, self.at(4), dimension=dimension, text=text, unit=unit,
                       target_hundredths=100 * round(target * self._rng.uniform(0.9, 1)), is_major=nth < 2,
                       due_on=contract.last_on, standard=words.TERM_STANDARD, quarters=[])
        self._walk(until="published", days=[5] * len(_COURSE))
        return contract.id

    def promise_year(self, term_id: UUID | None, *, until: str) -> None:
        """The contract of the year, as far as `until` or as today."""
        contract = self._open("yearly", date(self._year, 1, 1), date(self._year, 12, 31), term_id, self.at(7))
        for fields in self._plans(is_vague=until == "framework"):
            self._item(contract, self._actors.town, self.at(8), **fields)
        self._walk(until=until, days=[day for _step, day, _who in _COURSE])

    def revise(self, *, until: str) -> None:
        """A new version after half a year, since what was promised was too low or too early."""
        at = self.at(190)
        if at > self._as_of or self._state() != "published":
            return
        reason = self._rng.choice(words.REVISIONS)
        contracts_service.revise(
            self._session, standing=self._standing(self._actors.town, at), contract_id=self._contract.id,
            id=new_id(self._rng), reason=reason, content_hash=content_hash({"reason": reason}), now=at)
        item = contracts_service.items_of(self._session, [self._revision().id])[self._revision().id][1]
        first, *rest = item.quarters
        changes = {"target_hundredths": item.target_hundredths + _MORE,
                   "quarters": [{**first, "hundredths": (first["hundredths"] or 0) + _MORE}, *rest]}
        standing = self._standing(self._actors.town, at)
        items_service.change_item(
            self._session, standing=standing, changes=changes, now=at,
            item=items_service.locked_item(self._session, standing=standing, item_id=item.id))
        self._walk(until=until, days=[191 + nth for nth in range(len(_COURSE))])

    def _plans(self, *, is_vague: bool) -> Iterator[dict]:
        """What the village promises: something of every dimension, what was handed down, perhaps one that is vague."""
        chosen = self._rng.sample(words.COMMITMENTS, k=len(words.COMMITMENTS))
        by_dimension = {row[0]: row for row in chosen}
        rest = [row for row in chosen if row is not by_dimension[row[0]]]
        for row in sorted((*by_dimension.values(), *rest[:_ITEMS - 4]), key=words.COMMITMENTS.index):
            dimension, text, standard, unit, least, most, is_major = row
            yield {"dimension": dimension, "text": text, "standard": standard, "unit": unit, "is_major": is_major,
                   **self._amounts(self._rng.randint(least, most))}
        dimension, text, standard, unit, least, most, basis = words.IMPOSED
        yield {"dimension": dimension, "text": text, "standard": standard, "unit": unit, "is_imposed": True,
               "legal_basis": basis, **self._amounts(self._rng.randint(least, most))}
        if is_vague:
            dimension, text = words.VAGUE
            yield {"dimension": dimension, "text": text, "quarters": []}

    def _amounts(self, target: int) -> dict:
        """A target, its deadline, and the quarters until then, which add up to it; the last takes what is left over."""
        month, day = self._rng.choice(((6, 30), (9, 30), (10, 31), (11, 20), (12, 10), (12, 20)))
        last = (month - 1) // 3
        share = target // (last + 1)
        shares = [share] * last + [target - share * last] + [0] * (3 - last)
        return {"target_hundredths": 100 * target, "due_on": date(self._year, month, day),
                "quarters": [{"hundredths": 100 * amount or None, "text": None} for amount in shares]}

    def _open(self, kind: str, first_on: date, last_on: date, term_id: UUID | None, at: datetime) -> Contract:
        content = {"village_code": self._village.code, "kind": kind, "first_on": first_on, "last_on": last_on,
                   "term_contract_id": term_id}
        self._contract, _created = contracts_service.open_contract(
            self._session, standing=self._standing(self._actors.town, at), id=new_id(self._rng), now=at,
            content_hash=content_hash(content), **content)
        return self._contract

    def _item(self, contract: Contract, identity: Identity, at: datetime, **fields) -> None:
        columns = {"standard": None, "target_hundredths": None, "unit": None, "due_on": None, "is_major": False,
                   "is_imposed": False, "legal_basis": None,
                   "responsible": f"{self._rng.choice(words.POSTS)} {self._rng.choice(words.RESPONSIBLE)}", **fields}
        items_service.add_item(
            self._session, standing=self._standing(identity, at), contract_id=contract.id, id=new_id(self._rng),
            revision_id=self._revision().id, fields=columns, content_hash=content_hash(columns), now=at)

    def _walk(self, *, until: str, days: list[int]) -> None:
        last = {"no_quorum": "deliberated", "returned": "submitted"}.get(until, until)
        names = [step for step, _day, _who in _COURSE]
        end = names.index(last) if last in names else -1
        for (step, _day, who), day in list(zip(_COURSE, days, strict=True))[:end + 1]:
            at = self.at(day)
            if at > self._as_of:
                return
            if step in ("branch", "team"):
                self._review(step, self._actors.of(who, at), at)
            else:
                self._step(step, self._actors.of(who, at), at, **self._details(step, at, fails=until == "no_quorum"))
        if until == "returned" and self.at(28) <= self._as_of:
            self._step("returned", self._actors.town, self.at(28), note=self._rng.choice(words.RETURNS),
                       details={"followed_procedure": True, "is_realistic_and_lawful": False})

    def _details(self, step: str, at: datetime, *, fails: bool) -> dict:
        day = shanghai_day(at)
        if step == "deliberated":
            entitled = self._rng.randint(28, 45)
            present = entitled // 2 if fails else entitled - self._rng.randint(0, entitled // 5)
            against, abstained = self._rng.randint(0, 2), self._rng.randint(0, 2)
            return {"details": {"held_on": day, "entitled": entitled, "present": present, "against": against,
                                "abstained": abstained, "in_favour": present - against - abstained,
                                "minutes": self._rng.choice(words.MINUTES)}}
        if step == "approved":
            return {"details": {"followed_procedure": True, "is_realistic_and_lawful": True}}
        if step == "signed":
            return {"details": {"held_on": day, "place": self._rng.choice(words.CEREMONY_PLACES),
                                "signers": [self._branch, self._rng.choice(words.RESPONSIBLE)]}}
        return {}

    def _step(self, step: str, identity: Identity, at: datetime, *, note: str | None = None,
              details: dict | None = None) -> None:
        content = {"revision_id": self._revision().id, "step": step, "note": note, "details": details or {},
                   "photos": []}
        contract_steps_service.take_step(
            self._session, standing=self._standing(identity, at), contract_id=self._contract.id, id=new_id(self._rng),
            content_hash=content_hash(content), now=at, **content)

    def _review(self, body: str, identity: Identity, at: datetime) -> None:
        opinion = self._rng.choice(words.BRANCH_OPINIONS if body == "branch" else words.TEAM_OPINIONS)
        content = {"revision_id": self._revision().id, "body": body, "reviewer": self._branch if body == "branch"
                   else self._rng.choice(words.RESPONSIBLE), "is_agreed": True, "opinion": opinion}
        contract_steps_service.add_review(
            self._session, standing=self._standing(identity, at), contract_id=self._contract.id, id=new_id(self._rng),
            content_hash=content_hash(content), now=at, **content)

    def _revision(self):
        return contracts_service.latest_revision(self._session, self._contract.id)

    def _state(self) -> str | None:
        return self._revision().state if self._contract is not None else None

    def _standing(self, identity: Identity, at: datetime) -> Standing:
        return Standing(self._session, identity, today=shanghai_day(at))
