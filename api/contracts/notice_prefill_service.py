"""What a notice would say of the matter that it comes from, so that nobody types a fact twice."""

from collections.abc import Callable
from datetime import date
from functools import partial
from uuid import UUID

from sqlalchemy.orm import Session

from api import i18n
from api.auth import Identity
from api.contracts.acceptance_models import Acceptance, AssessorRoster
from api.contracts.check_models import CheckedVillage, Finding, SpotCheck
from api.contracts.models import CommitmentItem, ContractLine
from api.contracts.notice_drafting_service import default_due_on, issuer_of, open_notice_of
from api.contracts.notice_sources_service import check_source
from api.diary.models import Concern
from api.errors import Conflict
from api.postings.account_models import User
from api.postings.divisions_service import DivisionRef
from api.postings.models import Division
from api.postings.policies_service import policy_book

LONGEST_TITLE, LONGEST_BASIS, LONGEST_CONTACT = 100, 500, 100
Words = Callable[..., str]


def prefilled(session: Session, *, identity: Identity, source_kind: str, source_id: UUID, county_code: str,
              language: str, today: date) -> dict:
    """The body of a notice about a matter, but for its id. Raises as `check_source`, and Conflict (notice_exists)."""
    source, village = check_source(session, identity=identity, kind=source_kind, source_id=source_id, today=today)
    open_id = open_notice_of(session, source_id)
    if open_id is not None:
        raise Conflict("notice_exists", errors={"notice_id": [str(open_id)]})
    issuer = issuer_of(session, identity=identity, village=village, county_code=county_code)
    words = partial(_in_words, language, village=village.name, issuer=issuer.name)
    about = {"failed_item": _about_item, "spot_check": _about_finding, "overdue_concern": _about_concern}[source_kind]
    return {
        "village": DivisionRef.of(village), "issuer": DivisionRef.of(issuer), "village_code": village.code,
        "source_kind": source_kind, "source_id": source_id,
        "due_on": default_due_on(session, village=village, today=today), "lead_unit": words("lead_unit"),
        "assisting_units": [], "copies_to": [],
        "contact": _contact(session, identity=identity, issuer=issuer)[:LONGEST_CONTACT],
        **about(session, source, village, words, today)}


def _in_words(language: str, key: str, /, **params) -> str:
    return i18n.text(language, f"supervision.draft.{key}", **params)


def _about_item(session: Session, acceptance: Acceptance, village: Division, words: Words, today: date) -> dict:
    item = session.get(CommitmentItem, acceptance.item_id)
    number = session.get(ContractLine, acceptance.line_id).number
    year, unit = acceptance.inspected_on.year, item.unit or ""
    lines = [words("item.promised", year=year, number=number, text=item.text)]
    if item.standard:
        lines.append(words("item.standard", standard=item.standard))
    if item.target_hundredths is not None:
        lines.append(words("item.target", amount=_amount(item.target_hundredths), unit=unit))
    if item.due_on is not None:
        lines.append(words("item.due", day=item.due_on.isoformat()))
    lines.append(words("item.inspected", day=acceptance.inspected_on.isoformat(), place=acceptance.place))
    if acceptance.measured_hundredths is not None:
        lines.append(words("item.measured", amount=_amount(acceptance.measured_hundredths), unit=unit))
    lines.append(words("item.found", findings=acceptance.findings))
    lines.append(words(f"item.verdict.{acceptance.final_verdict}"))
    return {"title": words("item.title", text=item.text)[:LONGEST_TITLE], "facts": "\n".join(lines),
            "basis": words("item.basis", year=year, number=number, legal=item.legal_basis or "")[:LONGEST_BASIS],
            "demand": words("item.demand", standard=item.standard or item.text)}


def _about_finding(session: Session, finding: Finding, village: Division, words: Words, today: date) -> dict:
    check = session.get(SpotCheck, finding.check_id)
    visited = session.get(CheckedVillage, (finding.check_id, finding.village_id))
    day = visited.visited_on if visited is not None and visited.visited_on is not None else check.first_on
    return {"title": words("finding.title", check=check.title)[:LONGEST_TITLE],
            "facts": words("finding.facts", day=day.isoformat(), check=check.title, text=finding.text),
            "basis": words("finding.basis", check=check.title)[:LONGEST_BASIS], "demand": words("finding.demand")}


def _about_concern(session: Session, concern: Concern, village: Division, words: Words, today: date) -> dict:
    days = (today - concern.due_on).days
    # What the committee was not told may be about the committee: its words stay with whoever heard them.
    is_told = concern.is_given_to_village
    key = f"concern_days_{concern.kind}"
    rule = policy_book(session, key).rule(key, village.path, concern.raised_on)
    facts = words("concern.facts" if is_told else "concern.facts_unquoted", day=concern.raised_on.isoformat(),
                  due_on=concern.due_on.isoformat(), days=days, text=concern.text, kind=words(
                      f"concern.kind.{concern.kind}"))
    return {"title": words("concern.title", day=concern.raised_on.isoformat())[:LONGEST_TITLE], "facts": facts,
            "basis": words("concern.basis", source=rule.source)[:LONGEST_BASIS], "demand": words("concern.demand")}


def _contact(session: Session, *, identity: Identity, issuer: Division) -> str:
    roster = session.get(AssessorRoster, issuer.id)
    hotline = roster.hotline if roster is not None else None
    return " ".join(filter(None, (session.get(User, identity.user_id).name, hotline)))


def _amount(hundredths: int) -> str:
    """An amount as people write it: 12, 12.5, 12.05."""
    sign, (whole, part) = "-" if hundredths < 0 else "", divmod(abs(hundredths), 100)
    return f"{sign}{whole}" + (f".{part:02}".rstrip("0") if part else "")
