"""Supervision notices of the test county, taken through the service as the view does."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID, uuid4

from api.auth import Grant, Identity
from api.contracts import notice_drafting_service, notice_steps_service
from api.contracts.notice_models import SupervisionNotice
from api.dates import shanghai_day

# What each step brings where a test does not say.
GIVEN = {"note": "已办", "has_passed": True, "signer": None, "new_due_on": None}
CONTENT = {"title": "关于整治河道垃圾的督办通知", "facts": "河道有垃圾三处", "basis": "责任书第3项", "demand": "七日内清理完毕",
           "lead_unit": "A1村两委", "assisting_units": ["镇环保站"], "copies_to": ["县委组织部"], "contact": "赵镇长 24622000"}
# The usual way to a state.
COURSES = {
    "drafted": (), "reviewed": ("reviewed",), "cancelled": ("cancelled",), "issued": ("reviewed", "issued"),
    "served": ("reviewed", "issued", "served"), "reported": ("reviewed", "issued", "served", "reported"),
    "returned": ("reviewed", "issued", "served", "reported", "returned"),
    "reinspected": ("reviewed", "issued", "served", "reported", "reinspected"),
    "struck_off": ("reviewed", "issued", "served", "reported", "reinspected", "struck_off"),
}


class NoticesOfCounty:
    """What `County` makes of notices."""

    def notice(self, village: str = "A1", state: str = "served", *, due_on: date | None = None, id: UUID | None = None,
               source_kind: str = "by_hand", source_id: UUID | None = None, by_county: bool = False,
               steps: Sequence[str | tuple[str, dict]] | None = None, **content) -> SupervisionNotice:
        """A notice to a village in a state, or after `steps`: names, or names with what they bring.

        Its township issues it, or the county. Who drafts, who reviews and decides, and who answers for the village
        are people of their own. `due_on` may lie in the past from the day of issue on, so that it is overdue.
        """
        place = self.county if by_county else self.townships[village[0]]
        drafter, decider = (self.acting(self.person("supervisor", place), "supervisor", place) for _ in range(2))
        above = self.acting(self.person("supervisor"), "supervisor", self.county)
        receiver = self.acting(self.person("village", self.villages[village]), "village", self.villages[village])
        today = shanghai_day(self.now)
        view, _created = notice_drafting_service.draft_notice(
            self.session, identity=drafter, id=id or uuid4(), village_code=self.villages[village].code,
            source_kind=source_kind, source_id=source_id, due_on=max(today, due_on or today), county_code=self.CODE,
            content_hash=b"test", now=self.now, **{**CONTENT, **content})
        notice = view.notice
        notice.due_on = max(today, due_on or today + timedelta(days=7))
        for one in COURSES[state] if steps is None else steps:
            step, given = (one, {}) if isinstance(one, str) else one
            who = receiver if step in ("served", "reported", "extension_asked") else decider
            if notice.owner_id == self.county.id:
                who = receiver if who is receiver else above
            self.take_notice_step(notice, step, who, given)
            if step == "issued" and due_on is not None:
                notice.due_on = due_on
        return notice

    def take_notice_step(self, notice: SupervisionNotice, step: str, identity: Identity, given: dict) -> None:
        """One step of a notice now, with what is usual for it."""
        given = {**GIVEN, **given}
        if step in ("returned", "reissued", "extension_asked") and given["new_due_on"] is None:
            given["new_due_on"] = max(notice.due_on, shanghai_day(self.now)) + timedelta(days=7)
        notice_steps_service.take_step(
            self.session, identity=identity, notice_id=notice.id, id=uuid4(), step=step, photos=[],
            captured_at=self.now, elapsed_ms=None, county_code=self.CODE, content_hash=b"test", now=self.now, **given)

    def acting(self, person, role: str, division) -> Identity:
        """A person with one grant, as a request of theirs knows them."""
        grant = Grant(role, division.id, division.path, division.level)
        return Identity(person.user.id, "zh", None, 0, person.user.first_log_in_at, (grant,))
