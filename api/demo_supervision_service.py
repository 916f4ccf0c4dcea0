"""Lets the demo's offices look after what was promised: rosters, ledgers, acceptances, and notices in every state."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from random import Random
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from api import demo_contract_words as words
from api.auth import Identity
from api.contracts import (
    acceptance_entry_service,
    acceptance_steps_service,
    acceptances_service,
    deeds_filling_service,
    notice_drafting_service,
    notice_prefill_service,
    notice_steps_service,
    reports_service,
    rosters_service,
)
from api.contracts.acceptance_models import Acceptance, Assessor, Deed
from api.dates import month_of, shanghai_day, start_of_day
from api.demo_contracts_service import make_promises
from api.demo_leave_rules import new_id
from api.demo_people_rules import People
from api.diary.standing_service import VillageStanding
from api.http import content_hash
from api.postings.divisions_service import below
from api.postings.models import Division

# Of what is due so much is accepted; the rest waits.
_ACCEPTED, _CONFIRMED, _REPORTED = 0.4, 0.85, 0.3
_COURSES = (
    (), ("reviewed",), ("reviewed", "issued"), ("reviewed", "issued", "served"),
    ("reviewed", "issued", "served", "extension_asked"),
    ("reviewed", "issued", "served", "extension_asked", "extension_granted"),
    ("reviewed", "issued", "served", "reported"), ("reviewed", "issued", "served", "reported", "returned"),
    ("reviewed", "issued", "served", "reported", "reinspected", "struck_off"),
    ("reviewed", "issued", "served", "reported", "reinspected", "struck_off", "archived"),
    ("reviewed", "issued", "served", "reported", "failed", "reissued"),
    ("reviewed", "issued", "served", "reported", "failed", "reissued", "served", "reported", "failed", "escalated"),
    ("reviewed", "issued", "served", "reminded"),
)
# How long each step of a course takes, at most; what is overdue waits longer than its week.
_STEP_DAYS = 1


def supervise(session: Session, *, people: People, identity: Callable[[str], Identity], seed: int, as_of: datetime
              ) -> None:
    """Let villages promise; publish rosters, fill ledgers, accept what is due, send notices about what falls short."""
    make_promises(session, people=people, identity=identity, seed=seed, as_of=as_of)
    townships = session.scalars(select(Division).where(Division.level == "township").order_by(Division.code)).all()
    officers = {village[:9] + "000": officer for village, officer in people.supervisor_of.items()}
    nth_notice = 0
    for nth, township in enumerate(townships):
        office = _Office(session, township, identity(officers[township.code]), identity("county"), people, identity,
                         Random(f"{seed} {as_of.date()} office {township.code}"), as_of)
        office.publish_roster(nth)
        office.keep_ledger()
        office.accept()
        nth_notice = office.send_notices(nth_notice)


class _Office:
    """A township's assessment office at work."""

    def __init__(self, session: Session, township: Division, officer: Identity, county: Identity, people: People,
                 identity: Callable[[str], Identity], rng: Random, as_of: datetime):
        self._session, self._township, self._officer, self._county = session, township, officer, county
        self._people, self._identity = people, identity
        self._county_code = session.scalar(select(Division.code).where(Division.level == "county"))
        self._rng, self._as_of, self._today = rng, as_of, shanghai_day(as_of)

    def publish_roster(self, nth: int) -> None:
        """Name the office's people early in the year and publish them with the hotline."""
        at = start_of_day(date(self._today.year, 1, 1)) + timedelta(hours=10)
        township, roster = rosters_service.roster_to_change(self._session, identity=self._officer,
                                                            code=self._township.code)
        names = words.ASSESSORS[:5 + nth % 2]
        for name, post, unit in names:
            rosters_service.add_assessor(
                self._session, identity=self._officer, township=township, roster=roster, name=name, post=post,
                unit=unit, from_on=shanghai_day(at), to_on=None, user_id=None, added_approval=None, now=at)
        rosters_service.change_roster(
            self._session, identity=self._officer, township=township, roster=roster, today=shanghai_day(at), now=at,
            changes={"hotline": f"0851-2462{7000 + 13 * nth}", "is_published": True})

    def keep_ledger(self) -> None:
        """This month's and the last month's deeds of every village, some of them reported done."""
        this_month = month_of(self._today)
        for month_on in (month_of(this_month - timedelta(days=1)), this_month):
            if month_on.year != self._today.year:
                continue
            at = max(start_of_day(month_on) + timedelta(hours=9), start_of_day(date(self._today.year, 2, 8)))
            if at > self._as_of:
                continue
            deeds_filling_service.fill_ledger(
                self._session, identity=self._officer, division=self._township, month_on=month_on, now=at,
                within=below(self._township.path))
            deeds = self._session.execute(
                select(Deed.id, Division.code).join(Division, Division.id == Deed.village_id)
                .where(below(self._township.path), Deed.month_on == month_on, Deed.state == "planned")
                .order_by(Division.code, Deed.id)).all()
            for deed_id, village in deeds:
                if self._rng.random() < (_REPORTED if month_on < this_month else 0.15):
                    self._report(deed_id, village, month_on)

    def _report(self, deed_id: UUID, village: str, month_on: date) -> None:
        day = min(month_on + timedelta(days=self._rng.randint(10, 26)), self._today)
        # An earlier one of the same share may have settled it.
        if self._session.scalar(select(Deed.state).where(Deed.id == deed_id)) != "planned":
            return
        content = {"done_on": day, "note": self._rng.choice(words.DEED_NOTES), "photos": [],
                   "captured_at": min(start_of_day(day) + timedelta(hours=17), self._as_of)}
        reports_service.report_deed(
            self._session, identity=self._identity(self._people.committee_of[village]), deed_id=deed_id,
            id=new_id(self._rng), content_hash=content_hash(content), elapsed_ms=None, now=content["captured_at"],
            **content)

    def accept(self) -> None:
        """Let villages report what is completed, and check most of what is due on the spot."""
        standing = VillageStanding(self._session, self._officer, today=self._today)
        waiting = acceptances_service.list_due(self._session, standing=standing, code=self._township.code)
        assessors = self._session.scalars(select(Assessor.id).where(
            Assessor.township_id == self._township.id).order_by(Assessor.id)).all()
        for due in waiting:
            if self._rng.random() < _ACCEPTED:
                self._inspect(due, assessors)

    def _inspect(self, due, assessors: list[int]) -> None:
        day = min(due.since_on + timedelta(days=self._rng.randint(1, 6)), self._today)
        at = min(start_of_day(day) + timedelta(hours=15), self._as_of)
        verdict = self._rng.choices(("met", "partly", "not_met"), (80, 13, 7))[0]
        target = due.item.item.target_hundredths
        share = {"met": 1, "partly": self._rng.uniform(0.5, 0.9), "not_met": self._rng.uniform(0, 0.3)}[verdict]
        findings = {"met": words.FINDINGS_MET, "partly": words.FINDINGS_PARTLY, "not_met": words.FINDINGS_NOT_MET}
        content = {"line_id": due.line_id, "inspected_on": day, "place": f"{due.village.name}现场", "verdict": verdict,
                   "measured": target and round(target * share / 100) * 100, "survey": None, "photos": [],
                   "findings": self._rng.choice(findings[verdict]), "assessor_ids": self._rng.sample(assessors, 2)}
        view, _created = acceptance_entry_service.enter_acceptance(
            self._session, identity=self._officer, id=new_id(self._rng), content_hash=content_hash(content), now=at,
            **content)
        if due.item.item.is_major:
            self._step(view.id, "surveyed", at, {"party_members": self._answers(), "representatives": self._answers()})
        confirmed = at + timedelta(days=2)
        if confirmed <= self._as_of and self._rng.random() < _CONFIRMED:
            self._step(view.id, "confirmed", confirmed, {
                "held_on": shanghai_day(confirmed), "present": self._rng.sample(assessors, 4), "verdict": verdict})
            archived = confirmed + timedelta(days=5)
            if archived <= self._as_of and self._rng.random() < 0.8:
                self._step(view.id, "archived", archived, {})

    def _answers(self) -> dict:
        satisfied, basically = self._rng.randint(10, 20), self._rng.randint(2, 6)
        return {"satisfied": satisfied, "basically": basically, "dissatisfied": self._rng.randint(0, 2),
                "unknown": self._rng.randint(0, 1)}

    def _step(self, acceptance_id: UUID, step: str, at: datetime, details: dict) -> None:
        acceptance_steps_service.take_step(
            self._session, identity=self._county if step == "confirmed" else self._officer, id=new_id(self._rng),
            acceptance_id=acceptance_id, step=step, note=None, details=details,
            content_hash=content_hash({"step": step, "details": details}), now=at)

    def send_notices(self, nth: int) -> int:
        """A notice for the first failed acceptances, and one by hand; answers the number of the next course."""
        failed = self._session.scalars(
            select(Acceptance.id).join(Division, Division.id == Acceptance.village_id)
            .where(below(self._township.path), Acceptance.final_verdict.in_(("partly", "not_met")))
            .order_by(Acceptance.confirmed_at.desc(), Acceptance.id).limit(3)).all()
        for acceptance_id in failed:
            body = notice_prefill_service.prefilled(
                self._session, identity=self._officer, source_kind="failed_item", source_id=acceptance_id,
                county_code=self._county_code, language="zh", today=self._today)
            wanted = ("village_code", "source_kind", "source_id", "title", "facts", "basis", "demand", "lead_unit",
                      "assisting_units", "copies_to", "contact")
            self._send({name: body[name] for name in wanted}, _COURSES[nth % len(_COURSES)])
            nth += 1
        village = self._rng.choice(self._session.scalars(select(Division).where(
            below(self._township.path), Division.level == "village").order_by(Division.code)).all())
        title, facts, demand = self._rng.choice(words.HAND_NOTICES)
        self._send({
            "village_code": village.code, "source_kind": self._rng.choice(("by_hand", "leader_instruction")),
            "source_id": None, "title": title, "facts": facts, "basis": words.BASIS, "demand": demand,
            "lead_unit": f"{village.name}村民委员会", "assisting_units": ["驻村工作队"],
            "copies_to": [f"{self._township.name}党政办"], "contact": f"{self._township.name}考核办"},
            _COURSES[nth % len(_COURSES)])
        return nth + 1

    def _send(self, content: dict, course: tuple[str, ...]) -> None:
        """Draft a notice so long ago that its course fits before today, and let it take it."""
        at = self._as_of - timedelta(days=_STEP_DAYS * len(course) + self._rng.randint(0, 2),
                                     minutes=self._rng.randint(5, 200))
        # One that was reminded is late: its week is over.
        at -= timedelta(days=9 if "reminded" in course else 0)
        village = self._session.scalar(select(Division).where(Division.code == content["village_code"]))
        committee = self._identity(self._people.committee_of[village.code])
        content = {**content, "due_on": shanghai_day(at) + timedelta(days=7)}
        notice, _created = notice_drafting_service.draft_notice(
            self._session, identity=self._officer, id=new_id(self._rng), county_code=self._county_code,
            content_hash=content_hash(content), now=at, **content)
        for step in course:
            at = min(at + timedelta(days=9 if step == "reminded" else _STEP_DAYS), self._as_of)
            self._take(notice.id, step, committee, at)

    def _take(self, notice_id: UUID, step: str, committee: Identity, at: datetime) -> None:
        passed = {"reinspected": True, "failed": False}.get(step)
        by_village = step in ("served", "extension_asked", "reported")
        who = committee if by_village else self._county if step == "reviewed" else self._officer
        day = shanghai_day(at)
        content = {
            "step": "reinspected" if step == "failed" else step, "has_passed": passed, "photos": [],
            "note": {"extension_asked": self._rng.choice(words.EXTENSIONS), "reported": self._rng.choice(
                words.NOTICE_REPORTS), "returned": words.RETURNED, "reinspected": words.PASSED,
                "failed": words.FAILED}.get(step),
            "new_due_on": day + timedelta(days=7) if step in (
                "extension_asked", "returned", "reissued", "escalated") else None,
            "signer": None, "captured_at": at}
        notice_steps_service.take_step(
            self._session, identity=who, notice_id=notice_id, id=new_id(self._rng), elapsed_ms=None,
            county_code=self._county_code, content_hash=content_hash(content), now=at, **content)
