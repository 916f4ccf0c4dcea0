"""Takes in what a phone recorded over days at once: one context for a day, one statement, kept rows made anew once."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.checkin import kept_service
from api.checkin.context_service import Context, ask_context
from api.checkin.evidence_service import Kept, NewEvidence, judged_values, new_kept, problem_with
from api.checkin.models import Evidence
from api.db import dialect_insert
from api.errors import DomainError
from api.postings.models import Place

# Days further apart than this are made anew apart: a phone with a wrong clock sends one from years ago.
APART = timedelta(days=31)
# Rows of a statement: the driver takes longer over each parameter, the more there are.
AT_ONCE = 25


def add_many(session: Session, news: Sequence[NewEvidence]) -> list[Kept | DomainError]:
    """Keep pieces of evidence whose id is their source's, each exactly once; the caller has locked their cadres.

    Answers for each what `add_evidence` answers or raises.
    """
    contexts: dict[tuple[int, date], Context] = {}
    for key in {(new.cadre_id, new.day): None for new in news}:
        contexts[key] = ask_context(session, *key)
    rows = [judged_values(new, contexts[new.cadre_id, new.day]) for new in news]
    added = set(session.connection().execute(_insert(session), rows).scalars()) if rows else set()
    _refresh(session, [new for new in news if new.id in added])
    held = _held(session, [new.id for new in news])
    results: list[Kept | DomainError] = []
    for new, values in zip(news, rows, strict=True):
        if new.id in added:
            # What comes twice in one batch is new the first time.
            added.discard(new.id)
            results.append(new_kept(values, contexts[new.cadre_id, new.day]))
        else:
            evidence, place_name = held[new.id]
            results.append(problem_with(evidence, new) or Kept(evidence, False, place_name))
    return results


def _insert(session: Session):
    statement = dialect_insert(session, Evidence.__table__).on_conflict_do_nothing().returning(Evidence.__table__.c.id)
    return statement.execution_options(insertmanyvalues_page_size=AT_ONCE)


def _held(session: Session, ids: list[UUID]) -> dict[UUID, tuple[Evidence, str | None]]:
    rows = session.execute(select(Evidence, Place.name).outerjoin(Place, Place.id == Evidence.place_id)
                           .where(Evidence.id.in_(ids)).execution_options(populate_existing=True))
    return {evidence.id: (evidence, name) for evidence, name in rows}


def _refresh(session: Session, news: Iterable[NewEvidence]) -> None:
    for cadre_id in sorted({new.cadre_id for new in news}):
        days = sorted({new.day for new in news if new.cadre_id == cadre_id})
        first = before = days[0]
        for day in (*days[1:], None):
            if day is None or day - before > APART:
                kept_service.refresh(session, cadre_ids=[cadre_id], first=first, last=before)
                first = day
            before = day
