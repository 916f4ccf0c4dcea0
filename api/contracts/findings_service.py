"""What a check found in a village: entered by the checkers once they were there, read by whom the visit is revealed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api import audit
from api.auth import Identity
from api.contracts.check_models import CheckedVillage, Finding, SpotCheck
from api.contracts.checks_rules import finding_problem
from api.contracts.checks_service import Reader, is_part_of
from api.contracts.lines_service import LineRef, line_refs
from api.contracts.models import Contract, ContractLine
from api.contracts.notice_models import SupervisionNotice
from api.dates import shanghai_day
from api.db import dialect_insert
from api.errors import Conflict, Forbidden, IdReused, NotFound, Unprocessable
from api.photos import records_service
from api.photos.records_service import RecordPhotoView
from api.postings.account_models import User
from api.postings.divisions_service import DivisionRef, audit_chain, below, division_by_code, refs
from api.postings.models import Division

# While a notice is in these states it is the issuer's own paper.
UNISSUED = ("drafted", "cancelled", "reviewed")


@dataclass(frozen=True)
class FindingView:
    """A finding with its check, its village, the promise that it is about and the notice that came of it."""

    finding: Finding
    check: dict
    village: DivisionRef
    line: LineRef | None
    entered_by: dict
    photos: list[RecordPhotoView]
    notice: dict | None
    may_change: bool
    may_draft_notice: bool

    @property
    def is_incomplete(self) -> bool:
        return records_service.is_incomplete(self.photos)

    def __getattr__(self, name: str):
        return getattr(self.finding, name)


def list_findings(session: Session, *, identity: Identity, today: date, code: str | None = None,
                  check_id: UUID | None = None, problems: bool = False, page: int = 1, page_size: int = 100
                  ) -> tuple[list[FindingView], int]:
    """The findings that a user may see, of the latest check first, village by village; and how many there are."""
    reader = Reader(session, identity, today=today)
    query = select(Finding).where(is_part_of(Finding.check_id, Finding.village_id, reader=reader))
    if code is not None:
        division = division_by_code(session, code)
        if not reader.is_concerned(division):
            raise NotFound("division_not_found", code=code)
        query = query.where(Finding.village_id.in_(select(Division.id).where(below(division.path))))
    if check_id is not None:
        query = query.where(Finding.check_id == check_id)
    if problems:
        query = query.where(Finding.is_problem)
    count = session.scalar(select(func.count()).select_from(query.subquery()))
    found = session.scalars(in_order(query).offset((page - 1) * page_size).limit(page_size))
    return finding_views(session, list(found), reader=reader), count


def in_order(query):
    """Findings in the order of every list: the latest check first, then village by village as they were entered."""
    return (query.join(SpotCheck, SpotCheck.id == Finding.check_id).join(Division, Division.id == Finding.village_id)
            .order_by(SpotCheck.first_on.desc(), SpotCheck.id, Division.code, Finding.entered_at, Finding.id))


def visible_finding(session: Session, *, identity: Identity, finding_id: UUID, today: date) -> FindingView:
    """A finding that the user may see; NotFound for all others."""
    reader = Reader(session, identity, today=today)
    finding = session.scalar(select(Finding).where(
        Finding.id == finding_id, is_part_of(Finding.check_id, Finding.village_id, reader=reader)))
    if finding is None:
        raise NotFound()
    return finding_views(session, [finding], reader=reader)[0]


def may_see_photo(session: Session, *, identity: Identity, record_id: UUID, today: date) -> bool:
    """Whether the user may see the finding that a photo belongs to."""
    reader = Reader(session, identity, today=today)
    return session.scalar(select(Finding.id).where(
        Finding.id == record_id, is_part_of(Finding.check_id, Finding.village_id, reader=reader))) is not None


def enter_finding(session: Session, *, identity: Identity, id: UUID, check: SpotCheck, village_code: str,
                  line_id: UUID | None, is_problem: bool, text: str, photos: Sequence[str], content_hash: bytes,
                  now: datetime) -> tuple[FindingView, bool]:
    """Enter what was found in a village of a check that the caller has locked; exactly once per id.

    Raises NotFound for a village that is not of the check, Forbidden (own_record), Conflict (check_closed,
    village_not_visited), Unprocessable (line_elsewhere), IdReused.
    """
    reader = Reader(session, identity, today=shanghai_day(now))
    held = session.get(Finding, id)
    if held is None:
        village = _village_of(session, check, village_code, reader=reader)
        _check_line(session, line_id, village)
        session.execute(dialect_insert(session, Finding).values(
            id=id, check_id=check.id, village_id=village.id, line_id=line_id, is_problem=is_problem, text=text,
            entered_by_id=identity.user_id, entered_at=now, version=1, content_hash=content_hash)
            .on_conflict_do_nothing())
        created, finding = True, session.get(Finding, id)
    else:
        created, finding = False, held
    if (finding.entered_by_id, finding.content_hash) != (identity.user_id, content_hash):
        raise IdReused()
    if created:
        records_service.attach(session, kind="finding", record_id=id, hashes=list(photos), now=now)
    return finding_views(session, [finding], reader=reader)[0], created


def finding_to_change(session: Session, *, identity: Identity, finding_id: UUID, today: date) -> Finding:
    """A finding that the user may change, locked; NotFound for one that is not for the user to see.

    Raises Forbidden (check_of_others, own_record), Conflict (check_closed).
    """
    view = visible_finding(session, identity=identity, finding_id=finding_id, today=today)
    reader = Reader(session, identity, today=today)
    check = session.get(SpotCheck, view.finding.check_id, with_for_update=True, populate_existing=True)
    if not reader.sees_whole(session.get(Division, check.division_id)):
        raise Forbidden("check_of_others")
    _village_of(session, check, view.village.code, reader=reader)
    return session.get(Finding, finding_id, with_for_update=True, populate_existing=True)


def change_finding(session: Session, *, identity: Identity, finding: Finding, line_id: UUID | None, is_problem: bool,
                   text: str, photos: Sequence[str], now: datetime) -> FindingView:
    """Change a finding; what it said before stands in the audit log. Raises Unprocessable (line_elsewhere)."""
    before = finding.text
    _check_line(session, line_id, session.get(Division, finding.village_id))
    finding.line_id, finding.is_problem, finding.text, finding.version = line_id, is_problem, text, finding.version + 1
    session.flush()
    records_service.attach(session, kind="finding", record_id=finding.id, hashes=list(photos), now=now)
    check = session.get(SpotCheck, finding.check_id)
    audit.append(session, chain=audit_chain(session.get(Division, check.division_id)), at=now,
                 user_id=identity.user_id, action="finding.changed", subject=f"finding:{finding.id}",
                 details={"village": session.get(Division, finding.village_id).code, "before": before, "text": text})
    return finding_views(session, [finding], reader=Reader(session, identity, today=shanghai_day(now)))[0]


def finding_views(session: Session, findings: list[Finding], *, reader: Reader) -> list[FindingView]:
    """Findings as answers show them to a user, in a handful of queries whatever their number."""
    checks = {check.id: check for check in session.scalars(
        select(SpotCheck).where(SpotCheck.id.in_({finding.check_id for finding in findings})))}
    places = refs(session, [*(finding.village_id for finding in findings),
                            *(check.division_id for check in checks.values())])
    names = dict(session.execute(select(User.id, User.name).where(
        User.id.in_({finding.entered_by_id for finding in findings}))).all())
    lines = line_refs(session, [finding.line_id for finding in findings if finding.line_id])
    photos = records_service.photos_of(session, [finding.id for finding in findings])
    notices = {notice.source_id: notice for notice in session.scalars(
        select(SupervisionNotice).where(SupervisionNotice.source_kind == "spot_check",
                                        SupervisionNotice.source_id.in_(photos))
        .order_by(SupervisionNotice.drafted_at, SupervisionNotice.id))}
    issuers = refs(session, [notice.issuer_id for notice in notices.values()])

    def view(finding: Finding) -> FindingView:
        check, village = checks[finding.check_id], places[finding.village_id]
        is_whole, notice = reader.sees_whole(places[check.division_id]), notices.get(finding.id)
        supervises = reader.identity.may(village.path, "supervisor") and not reader.acts_for(village)
        # A draft is its issuer's alone, of whatever level.
        is_shown = notice is not None and (notice.state not in UNISSUED or (
            supervises and reader.identity.may(issuers[notice.issuer_id].path, "supervisor")))
        return FindingView(
            finding=finding, village=village, line=lines.get(finding.line_id), photos=photos[finding.id],
            check={"id": check.id, "kind": check.kind, "title": check.title, "division": places[check.division_id]},
            entered_by={"id": finding.entered_by_id, "name": names[finding.entered_by_id]},
            notice={"id": notice.id, "state": notice.state, "year": notice.year, "number": notice.number}
            if is_shown else None,
            may_change=is_whole and check.state == "open" and not reader.acts_for(village),
            may_draft_notice=finding.is_problem and supervises and (notice is None or notice.state == "cancelled"))

    return [view(finding) for finding in findings]


def _village_of(session: Session, check: SpotCheck, code: str, *, reader: Reader) -> Division:
    """The village of a check in which the user may enter what was found."""
    found = session.execute(
        select(CheckedVillage.visited_on, Division).join(Division, Division.id == CheckedVillage.village_id)
        .where(CheckedVillage.check_id == check.id, Division.code == code)).first()
    if found is None:
        raise NotFound("division_not_found", code=code)
    if reader.acts_for(found.Division):
        raise Forbidden("own_record")
    problem = finding_problem(state=check.state, visited_on=found.visited_on)
    if problem is not None:
        raise Conflict(problem)
    return found.Division


def _check_line(session: Session, line_id: UUID | None, village: Division) -> None:
    """A promise that a finding is about must be the village's own."""
    if line_id is not None and session.scalar(
            select(Contract.village_id).join(ContractLine, ContractLine.contract_id == Contract.id)
            .where(ContractLine.id == line_id)) != village.id:
        raise Unprocessable("line_elsewhere")
