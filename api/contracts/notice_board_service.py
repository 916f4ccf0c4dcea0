"""What is on a village's notice board: read from what was published, by conditions that leave everything else out.

Each question names the state that makes a thing public. What nobody searched for numbers of persons, the findings of an
acceptance or the remarks on marks, does not come here at all.
"""

from collections.abc import Mapping
from urllib.parse import urljoin
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.contracts.acceptance_models import Acceptance, AssessorRoster
from api.contracts.board_models import Disclosure
from api.contracts.check_models import MarkScheme, MarkSheet
from api.contracts.disclosures_service import disclosure_views
from api.contracts.models import CommitmentItem, Contract, ContractLine, ContractRevision
from api.contracts.private_numbers_rules import mask
from api.errors import NotFound
from api.postings.divisions_service import DivisionRef, division_by_code, refs

CONTRACT_IS_PUBLIC = ("published", "closed")
ACCEPTANCE_IS_PUBLIC = ("confirmed", "archived")
MOST_SHEETS = 6
MOST_DISCLOSURES = 200
_ITEM = ("line_id", "dimension", "text", "standard", "unit", "due_on", "responsible", "quarters", "is_major",
         "is_imposed", "legal_basis")


def public_village(session: Session, code: str) -> DivisionRef:
    """The village that holds a code; NotFound for everything that is none."""
    division = division_by_code(session, code)
    if division.level != "village":
        raise NotFound("division_not_found", code=code)
    return DivisionRef.of(division)


def notice_board(session: Session, *, code: str, settings: Mapping) -> dict:
    """All that a village has published, the newest first; in a constant number of questions."""
    village = public_village(session, code)
    township = refs(session, [village.township_id]).get(village.township_id)
    return {"village": village, "township": township, "contracts": _contracts(session, village.id),
            "hotline": _hotline(session, village) or settings.get("HOTLINE") or None,
            "marks": _marks(session, village.id), "disclosures": _disclosures(session, village.id),
            "address": address_of(settings, code), "box": box_address_of(settings, code)}


def address_of(settings: Mapping, code: str) -> str:
    """The full address of a village's board, as it goes into its QR code."""
    return urljoin(settings["ORIGINS"][0], f"/notice-board/{code}")


def box_address_of(settings: Mapping, code: str) -> str:
    """The full address of the village's suggestion box, which anybody may write into."""
    return urljoin(settings["ORIGINS"][0], f"/suggestions/{code}")


def public_disclosure(session: Session, *, village_id: int, disclosure_id: UUID) -> dict:
    """One disclosure on a village's board; NotFound for all others."""
    found = session.scalar(select(Disclosure).where(
        Disclosure.id == disclosure_id, Disclosure.village_id == village_id, Disclosure.state == "published"))
    if found is None:
        raise NotFound()
    return disclosure_views(session, [found], identity=None)[0]


def _disclosures(session: Session, village_id: int) -> list[dict]:
    found = session.scalars(select(Disclosure).where(
        Disclosure.village_id == village_id, Disclosure.state == "published",
    ).order_by(Disclosure.last_on.desc(), Disclosure.published_at.desc(), Disclosure.id).limit(MOST_DISCLOSURES))
    return disclosure_views(session, list(found), identity=None)


def _hotline(session: Session, village: DivisionRef) -> str | None:
    """The telephone of the township's assessment office, once its roster is published."""
    return session.scalar(select(AssessorRoster.hotline).where(
        AssessorRoster.township_id == village.township_id, AssessorRoster.published_on.is_not(None)))


def _contracts(session: Session, village_id: int) -> list[dict]:
    rows = session.execute(select(Contract, ContractRevision).join(
        ContractRevision, ContractRevision.contract_id == Contract.id,
    ).where(Contract.village_id == village_id, ContractRevision.state.in_(CONTRACT_IS_PUBLIC),
            ContractRevision.published_at.is_not(None),
            ).order_by(Contract.kind, Contract.first_on.desc(), ContractRevision.number)).all()
    items: dict[UUID, list[dict]] = {}
    acceptances, accepted = _acceptances(session, village_id)
    for item, number in session.execute(select(CommitmentItem, ContractLine.number).join(
            ContractLine, ContractLine.id == CommitmentItem.line_id,
    ).where(CommitmentItem.revision_id.in_([revision.id for _contract, revision in rows])
            ).order_by(ContractLine.number)):
        # A verdict speaks of the words that it was given on, which a later revision may have changed meanwhile.
        says = accepted.get(item.line_id, item)
        items.setdefault(item.revision_id, []).append({
            "number": number, "target": says.target_hundredths, "acceptance": acceptances.get(item.line_id),
            **{name: getattr(says, name) for name in _ITEM}})
    # Of one contract the latest revision that is public: an earlier one was replaced by it.
    latest = {contract.id: (contract, revision) for contract, revision in rows}
    return [{"id": contract.id, "kind": contract.kind, "first_on": contract.first_on, "last_on": contract.last_on,
             "number": revision.number, "published_at": revision.published_at,
             "is_closed": revision.state == "closed", "items": items.get(revision.id, [])}
            for contract, revision in latest.values()]


def _acceptances(session: Session, village_id: int) -> tuple[dict[UUID, dict], dict[UUID, CommitmentItem]]:
    """What came of each line, and what the contract said of it then; both by the line."""
    found, accepted = {}, {}
    for one, item in session.execute(select(Acceptance, CommitmentItem).join(
            CommitmentItem, CommitmentItem.id == Acceptance.item_id,
    ).where(Acceptance.village_id == village_id, Acceptance.state.in_(ACCEPTANCE_IS_PUBLIC),
            Acceptance.final_verdict.is_not(None))):
        accepted[one.line_id] = item
        groups = [group for group in (one.survey or {}).values() if group]
        counts = ("satisfied", "basically", "dissatisfied", "unknown")
        found[one.line_id] = {
            "verdict": one.final_verdict, "measured": one.measured_hundredths, "inspected_on": one.inspected_on,
            "confirmed_at": one.confirmed_at,
            "asked": sum(group.get(key) or 0 for group in groups for key in counts) if groups else None,
            "satisfied": sum(group.get(key) or 0 for group in groups for key in counts[:2]) if groups else None}
    return found, accepted


def _marks(session: Session, village_id: int) -> list[dict]:
    rows = session.execute(select(MarkSheet, MarkScheme).join(MarkScheme, MarkScheme.id == MarkSheet.scheme_id).where(
        MarkSheet.village_id == village_id, MarkSheet.state == "published",
    ).order_by(MarkSheet.half_on.desc()).limit(MOST_SHEETS))
    found = []
    # A scheme of the time before they were searched may hold numbers of persons.
    for sheet, scheme in rows:
        criteria = [{"text": mask(one["text"]), "dimension": one.get("dimension"), "full_marks": one.get("full_marks"),
                     "marks": (sheet.marks.get(one["key"]) or {}).get("hundredths")} for one in scheme.criteria]
        found.append({
            "half_on": sheet.half_on, "scheme": mask(scheme.title), "source": mask(scheme.source),
            "full_marks": scheme.full_marks,
            "marks": sum(one["marks"] or 0 for one in criteria), "criteria": criteria,
            "published_at": sheet.published_at})
    return found
