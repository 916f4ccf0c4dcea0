"""When a record is erased at its owner's request, what was found in it goes too; and whose oddities are whose."""

from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from api.checkin.models import Evidence
from api.dashboards.oddity_models import Oddity, OddityStep
from api.diary.models import DiaryEntry
from api.postings.models import Cadre
from api.visits.models import Round

_OWNERS = {"round": Round, "diary_entry": DiaryEntry}


def forget(session: Session, *, record_kind: str | None, record_id: UUID) -> None:
    """Empty the facts of every oddity that an erased record is part of; `record_kind` None: a piece of evidence.

    What is left is what is left of the record itself: whose it was, and on which days; and what was said of it.
    """
    model = _OWNERS.get(record_kind, Evidence)
    named = {record_id.hex}
    row = session.execute(select(model.cadre_id, *([Evidence.source_id] if model is Evidence else []))
                          .where(model.id == record_id)).one()
    named |= {other.hex for other in row[1:]}
    for oddity in session.scalars(select(Oddity).where(Oddity.cadre_id == row.cadre_id).with_for_update()):
        if not named.isdisjoint(oddity.facts.get("records", ())):
            oddity.facts = {"days": oddity.facts["days"], "is_erased": True}
            oddity.version += 1
    session.flush()


def own_parts(user_id: int) -> dict[str, list[tuple[object, ColumnElement[bool]]]]:
    """By the kinds of the data list (api/data/functions.json): a person's oddities and what was said of them."""
    cadre = select(Cadre.id).where(Cadre.user_id == user_id).scalar_subquery()
    own = select(Oddity.id).where(Oddity.cadre_id == cadre)
    return {"oddities": [(Oddity, Oddity.cadre_id == cadre),
                         (OddityStep, or_(OddityStep.oddity_id.in_(own), OddityStep.user_id == user_id))]}
