"""Lists of acceptances: rows of a page, which say no more than it shows, and all of each for a workbook."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from api.contracts.acceptance_models import Acceptance
from api.contracts.acceptance_rules import FAILED
from api.contracts.acceptances_service import AcceptanceView, acceptance_views, assessors_of, notices_about
from api.contracts.items_on_service import ItemsOn
from api.contracts.models import CommitmentItem, ContractLine
from api.diary.standing_service import VillageStanding
from api.postings.divisions_service import REF_COLUMNS, DivisionRef
from api.postings.models import Division

_OWN = (Acceptance.id, Acceptance.line_id, Acceptance.item_id, Acceptance.inspected_on, Acceptance.place,
        Acceptance.verdict, Acceptance.final_verdict, Acceptance.state, Acceptance.changed_at, Acceptance.version)


def list_acceptances(session: Session, *, standing: VillageStanding, code: str | None, state: str | None = None,
                     counted_on: date | None = None, page: int = 1, page_size: int = 50) -> tuple[list[dict], int]:
    """The acceptances that a user may see as rows, the latest first; and how many.

    `state`: a state, or `failed`: confirmed, but not as met; `counted_on`: those inspected by that day of the contracts
    of its year. Raises NotFound for a division out of reach.
    """
    query = _seen(standing, code)
    if state is not None:
        query = query.where(Acceptance.final_verdict.in_(("partly", "not_met")) if state == FAILED
                            else Acceptance.state == state)
    if counted_on is not None:
        items = ItemsOn(counted_on)
        query = query.where(Acceptance.line_id.in_(
            items.rows(CommitmentItem.line_id).where(items.inspected()).correlate(None)))
    count = session.scalar(query.with_only_columns(func.count(), maintain_column_froms=True))
    found = query.with_only_columns(*_OWN, *(column.label(f"village_{column.key}") for column in REF_COLUMNS)).order_by(
        Acceptance.inspected_on.desc(), Division.code, Acceptance.id)
    return _rows(session, session.execute(found.offset((page - 1) * page_size).limit(page_size)).all(),
                 standing=standing), count


def acceptances_by_roster(session: Session, *, standing: VillageStanding, code: str | None, page: int, page_size: int
                          ) -> tuple[list[AcceptanceView], int]:
    """All of the acceptances that a user may see, village by village, the latest first; and how many.

    Raises NotFound for a division out of reach.
    """
    query = _seen(standing, code)
    count = session.scalar(query.with_only_columns(func.count(), maintain_column_froms=True))
    found = query.order_by(Division.code, Acceptance.inspected_on.desc(), Acceptance.id)
    return acceptance_views(session, list(session.scalars(
        found.offset((page - 1) * page_size).limit(page_size))), standing=standing), count


def _seen(standing: VillageStanding, code: str | None) -> Select:
    return select(Acceptance).join(Division, Division.id == Acceptance.village_id).where(standing.within(code))


def _rows(session: Session, found: Sequence, *, standing: VillageStanding) -> list[dict]:
    if not found:
        return []
    ids = [one.id for one in found]
    items = {row.id: row for row in session.execute(
        select(CommitmentItem.id, CommitmentItem.dimension, CommitmentItem.text, ContractLine.number,
               ContractLine.contract_id)
        .join(ContractLine, ContractLine.id == CommitmentItem.line_id)
        .where(CommitmentItem.id.in_([one.item_id for one in found])))}
    people, notices = assessors_of(session, ids), notices_about(session, ids, standing=standing)
    rows = []
    for one in found:
        item = items[one.item_id]
        rows.append({
            **{column.key: getattr(one, column.key) for column in _OWN}, "contract_id": item.contract_id,
            "item": {"number": item.number, "dimension": item.dimension, "text": item.text},
            "village": DivisionRef(*(getattr(one, f"village_{column.key}") for column in REF_COLUMNS)),
            "assessors": people.get(one.id, []), "notice": notices.get(one.id)})
    return rows
