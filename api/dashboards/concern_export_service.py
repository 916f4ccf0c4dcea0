"""The concerns below a division as a workbook: a row each, what is due first; streamed, whatever their number."""

from collections.abc import Callable, Iterator
from datetime import date
from functools import cache, partial

from sqlalchemy import Row, select
from sqlalchemy.orm import Session, aliased

from api import i18n
from api.dashboards.orders_service import Order, Taking, sheet_taking
from api.diary.concern_lists_service import due_first
from api.diary.concerns_service import is_late
from api.diary.models import Concern, ConcernStep
from api.postings.account_models import User
from api.postings.divisions_service import audit_chain, below
from api.postings.models import Division
from api.visits.models import Household

COLUMNS = (("village", 14), ("household", 12), ("kind", 12), ("text", 44), ("raised_on", 11), ("raised_by", 10),
           ("state", 10), ("owner", 14), ("due_on", 11), ("done_on", 11), ("overdue", 8), ("last_note", 44))


def concerns_taking(session: Session, *, division: Division, order: Order) -> Taking:
    """Every concern below a division."""
    words = cache(partial(i18n.text, order.language))
    return sheet_taking(
        order, columns=COLUMNS, words="export.concern", chain=audit_chain(division),
        subject=f"division:{division.code}", name=f"{division.name}-{order.today.isoformat()}",
        rows=(_cells(row, words, order.today) for row in _rows(session, division)))


def _rows(session: Session, division: Division) -> Iterator[Row]:
    owner, last = aliased(Division), aliased(ConcernStep)
    note = (select(last.note).where(last.concern_id == Concern.id, last.note.is_not(None))
            .order_by(last.number.desc()).limit(1).scalar_subquery())
    query = (select(Division.name.label("village"), Household.householder, Concern.kind, Concern.text,
                    Concern.raised_on, User.name.label("raised_by"), Concern.state, owner.name.label("owner"),
                    Concern.due_on, Concern.done_on, note.label("note"))
             .join(Division, Division.id == Concern.village_id).join(owner, owner.id == Concern.owner_id)
             .join(User, User.id == Concern.raised_by_id)
             .outerjoin(Household, Household.id == Concern.household_id)
             .where(below(division.path)))
    return session.execute(due_first(query).execution_options(yield_per=500))


def _cells(row: Row, words: Callable[[str], str], today: date) -> list[str | None]:
    late = is_late(row, today=today)
    return [row.village, row.householder, words(f"concern.kind.{row.kind}"), row.text, row.raised_on.isoformat(),
            row.raised_by, words(f"concern.state.{row.state}"), row.owner, row.due_on.isoformat(),
            row.done_on and row.done_on.isoformat(), words("export.concern.yes") if late else None, row.note]
