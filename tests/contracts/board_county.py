"""A village with something of every kind, public and not; what is not public bears the marker."""

from datetime import UTC, date, datetime
from uuid import uuid4

from sqlalchemy import select

from api.contracts.acceptance_models import (
    Acceptance,
    AcceptanceAssessor,
    AcceptanceStep,
    Assessor,
    AssessorRoster,
    Completion,
    Deed,
)
from api.contracts.board_models import Deliberation, Disclosure, DisclosureFile
from api.contracts.check_models import Finding, MarkScheme, MarkSheet, SpotCheck
from api.contracts.models import CommitmentItem, Contract, ContractLine, ContractRevision
from api.contracts.notice_models import SupervisionNotice
from tests.contracts.files_to_disclose import workbook

SECRET = "暗号九七"
AT = datetime(2026, 3, 1, 2, tzinfo=UTC)
HASH = b"test"


class Board:
    """Makes what stands on boards, straight in the tables: the state of a thing is what is tried."""

    def __init__(self, county, village="A1"):
        self.session, self.county, self.village = county.session, county, county.villages[village]
        self.user = county.person("supervisor", name=SECRET).user

    def add(self, one):
        self.session.add(one)
        self.session.flush()
        return one

    def contract(self, *, kind="yearly", first=date(2026, 1, 1), last=date(2026, 12, 31)):
        return self.add(Contract(id=uuid4(), village_id=self.village.id, kind=kind, first_on=first, last_on=last,
                                 opened_by_id=self.user.id, opened_at=AT, content_hash=HASH))

    def revision(self, contract, *, state="published", number=1, reason=None):
        was_public = state in ("published", "closed", "replaced")
        return self.add(ContractRevision(
            id=uuid4(), contract_id=contract.id, number=number, state=state, reason=reason, opened_by_id=self.user.id,
            opened_at=AT, published_at=AT if was_public else None, changed_at=AT, content_hash=HASH))

    def item(self, revision, text, *, line=None, number=1, dimension="economy", **details):
        line = line or self.add(ContractLine(id=uuid4(), contract_id=revision.contract_id, number=number))
        details = {"standard": None, "target_hundredths": 300, "unit": "公里", "due_on": date(2026, 9, 30),
                   "responsible": "村主任", "quarters": [], **details}
        return self.add(CommitmentItem(id=uuid4(), revision_id=revision.id, line_id=line.id, dimension=dimension,
                                       text=text, content_hash=HASH, **details))

    def acceptance(self, item, *, state="confirmed", verdict="met", final="met"):
        return self.add(Acceptance(
            id=uuid4(), line_id=item.line_id, item_id=item.id, village_id=self.village.id,
            inspected_on=date(2026, 10, 8), place=SECRET, verdict=verdict, measured_hundredths=310, findings=SECRET,
            survey={"party_members": {"satisfied": 8, "basically": 1, "dissatisfied": 1, "unknown": 0}}, state=state,
            final_verdict=final, confirmed_at=AT if final else None, entered_by_id=self.user.id, entered_at=AT,
            changed_at=AT, content_hash=HASH))

    def disclosure(self, title, *, state="published", kind="finance", text=None, lines=(), first=date(2026, 1, 1),
                   last=date(2026, 3, 31), reason=None):
        return self.add(Disclosure(
            id=uuid4(), village_id=self.village.id, disclosure_class=kind, title=title, text=text, first_on=first,
            last_on=last, lines=list(lines), state=state, held_for=[], entered_by_id=self.user.id, entered_at=AT,
            published_by_id=self.user.id if state in ("published", "withdrawn") else None,
            published_at=AT if state in ("published", "withdrawn") else None, withdrawn_reason=reason, changed_at=AT,
            content_hash=HASH))

    def file(self, disclosure, name, content=None):
        content = content or workbook()
        return self.add(DisclosureFile(
            id=uuid4(), disclosure_id=disclosure.id, name=name, size_bytes=len(content), sha256="0" * 64,
            mimetype="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", content=content,
            reading="clean", found=[], uploaded_by_id=self.user.id, uploaded_at=AT))

    def stage(self, disclosure, stage, day, note=None, **counts):
        return self.add(Deliberation(id=uuid4(), disclosure_id=disclosure.id, stage=stage, held_on=day, note=note,
                                     entered_by_id=self.user.id, entered_at=AT, **counts))

    def scheme(self):
        held = self.session.scalar(select(MarkScheme).where(MarkScheme.division_id == self.village.parent_id))
        return held or self.add(MarkScheme(
            division_id=self.village.parent_id, title="量化考核办法", effective_from=date(2026, 1, 1),
            full_marks=100, source="镇发〔2026〕1号", entered_by_id=self.user.id, entered_at=AT, criteria=[
                {"key": "road", "dimension": "economy", "text": "修路", "full_marks": 60},
                {"key": "party", "dimension": "party_building", "text": "党建", "full_marks": 40}]))

    def sheet(self, scheme, *, state="published", road=5550, note=None, replaces=None, half=date(2026, 1, 1)):
        return self.add(MarkSheet(
            id=uuid4(), village_id=self.village.id, half_on=half, scheme_id=scheme.id, state=state,
            marks={"road": {"hundredths": road, "note": note}, "party": {"hundredths": 3800, "note": None}},
            replaces_id=replaces and replaces.id, entered_by_id=self.user.id, entered_at=AT, content_hash=HASH,
            published_by_id=self.user.id, published_at=AT if state != "drafted" else None))

    def public_things(self):
        """What everybody may read, each with the word 公之于众."""
        term = self.contract(kind="term", first=date(2024, 1, 1), last=date(2028, 12, 31))
        promised = self.revision(term)
        for number, dimension in enumerate(("party_building", "economy", "civic_culture", "public_order"), start=1):
            self.item(promised, f"任期承诺{number}公之于众", number=number, dimension=dimension)
        year = self.revision(self.contract())
        road = self.item(year, "修通组路公之于众", standard="水泥路", number=1)
        self.item(year, "建文化广场公之于众", number=2, dimension="civic_culture", is_imposed=True,
                  legal_basis="县发1号")
        self.acceptance(road)
        finance = self.disclosure("一季度收支公之于众", lines=[
            {"direction": "expense", "text": "修路", "hundredths": 600050, "is_other": False},
            {"direction": "expense", "text": "其他", "hundredths": 399950, "is_other": True}])
        file = self.file(finance, "收支明细公之于众.xlsx")
        decision = self.disclosure("修路决议公之于众", kind="decision", text="修三公里")
        self.stage(decision, "branch_proposal", date(2026, 2, 1))
        self.stage(decision, "villagers_resolution", date(2026, 2, 9), entitled=40, present=36, in_favour=35)
        self.disclosure("补贴公之于众", kind="benefit", text="共138户")
        self.sheet(self.scheme(), note=SECRET)
        self.session.merge(AssessorRoster(township_id=self.village.parent_id, hotline="0852-2462138",
                                          published_on=date(2026, 1, 5)))
        self.session.flush()
        return file

    def secret_things(self):
        """Whatever a village has and has not published; answers the files that must not be reached."""
        for year, state in enumerate(("framework", "measures", "deliberated", "sealed", "submitted", "approved",
                                      "returned", "signed"), start=2010):
            revision = self.revision(self.contract(first=date(year, 1, 1), last=date(year, 12, 31)), state=state)
            self.item(revision, SECRET, standard=SECRET)
        self._next_revision()
        self._assessments()
        files = []
        for state in ("drafted", "held", "withdrawn"):
            for kind in ("finance", "decision", "benefit"):
                one = self.disclosure(SECRET, state=state, kind=kind, text=SECRET, reason=SECRET)
                files.append(self.file(one, f"{SECRET}.xlsx", SECRET.encode()))
                self.stage(one, "branch_proposal", date(2026, 2, 1), note=SECRET)
        self._notices_and_checks()
        return files

    def _next_revision(self):
        """Of a published contract the next version, which is being worked on, and the one that it replaced."""
        contract = self.contract(first=date(2025, 1, 1), last=date(2025, 12, 31))
        self.item(self.revision(contract, state="replaced"), SECRET)
        self.item(self.revision(contract, number=2), "去年承诺公之于众", number=7)
        self.item(self.revision(contract, state="measures", number=3, reason=SECRET), SECRET, number=8)

    def _assessments(self):
        year = self.revision(self.contract(first=date(2023, 1, 1), last=date(2023, 12, 31)))
        item = self.item(year, "种果树公之于众")
        acceptance = self.acceptance(item, state="inspected", verdict="not_met", final=None)
        self.add(AcceptanceStep(id=uuid4(), acceptance_id=acceptance.id, number=1, step="surveyed",
                                user_id=self.user.id, at=AT, note=SECRET, details={}, content_hash=HASH))
        assessor = self.add(Assessor(township_id=self.county.townships["A"].id, name=SECRET, post="member",
                                     unit=SECRET, from_on=date(2026, 1, 1)))
        self.add(AcceptanceAssessor(acceptance_id=acceptance.id, assessor_id=assessor.id))
        self.add(Completion(id=uuid4(), line_id=item.line_id, completed_on=date(2026, 3, 1), note=SECRET,
                            user_id=self.user.id, at=AT, received_at=AT, content_hash=HASH))
        self.add(Deed(id=uuid4(), village_id=self.village.id, month_on=date(2026, 3, 1), text=SECRET, note=SECRET,
                      due_on=date(2026, 3, 31), state="planned", entered_by_id=self.user.id, entered_at=AT,
                      changed_at=AT, content_hash=HASH))
        scheme = self.add(MarkScheme(
            division_id=self.county.county.id, title=SECRET, effective_from=date(2026, 1, 1), full_marks=100,
            source=SECRET, entered_by_id=self.user.id, entered_at=AT,
            criteria=[{"key": "road", "dimension": "economy", "text": SECRET, "full_marks": 100}]))
        for number, state in enumerate(("drafted", "replaced")):
            self.sheet(scheme, state=state, note=SECRET, half=date(2025, 1 + 6 * number, 1))

    def _notices_and_checks(self):
        for state in ("drafted", "issued", "struck_off"):
            self.add(SupervisionNotice(
                id=uuid4(), issuer_id=self.county.townships["A"].id, owner_id=self.county.townships["A"].id,
                village_id=self.village.id, source_kind="by_hand", title=SECRET, facts=SECRET, basis=SECRET,
                demand=SECRET, due_on=date(2026, 3, 9), lead_unit=SECRET, assisting_units=[SECRET], copies_to=[SECRET],
                contact=SECRET, state=state, drafted_by_id=self.user.id, drafted_at=AT, changed_at=AT,
                content_hash=HASH))
        check = self.add(SpotCheck(
            id=uuid4(), division_id=self.county.county.id, kind="unannounced", title=SECRET, focus=SECRET,
            first_on=date(2026, 3, 1), last_on=date(2026, 3, 2), state="open", entered_by_id=self.user.id,
            entered_at=AT, content_hash=HASH))
        self.add(Finding(id=uuid4(), check_id=check.id, village_id=self.village.id, is_problem=True, text=SECRET,
                         entered_by_id=self.user.id, entered_at=AT, content_hash=HASH))
