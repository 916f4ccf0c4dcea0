"""Enters checks: draws or takes their villages, notes who was visited, closes them; every one of it in the audit log.

The entries go to the chain of the checking division, which those below it do not read.
"""

import secrets
from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from api import audit
from api.auth import Identity
from api.contracts.check_models import CheckedVillage, SpotCheck
from api.contracts.checks_rules import CHECKERS, draw, draw_problem, period_problem, visit_problem
from api.contracts.checks_service import CheckView, Reader, check_views, visible_check
from api.dates import shanghai_day
from api.db import dialect_insert
from api.errors import Conflict, Forbidden, IdReused, NotFound, Unprocessable
from api.postings.divisions_service import audit_chain, below, division_by_code
from api.postings.models import Division

# Which faults of a step are about its data; all others are about the state of the check.
UNPROCESSABLE = ("visit_to_come", "visit_outside_check", "period_reversed")


def enter_check(session: Session, *, identity: Identity, id: UUID, division_code: str, kind: str, title: str,
                focus: str | None, first_on: date, last_on: date, lots: dict | None, village_codes: Sequence[str],
                content_hash: bytes, now: datetime) -> tuple[CheckView, bool]:
    """Enter a check with its villages, drawn by `lots` {count, seed, per_township} or chosen; exactly once per id.

    A draw without a seed gets one; what was drawn from is kept with it. Raises NotFound for a division or a village
    out of reach, Unprocessable (check_of_village, check_villages_missing, period_reversed, not_a_village,
    check_pool_empty, check_pool_small), IdReused.
    """
    division = division_by_code(session, division_code)
    if not identity.may(division.path, *CHECKERS):
        raise NotFound("division_not_found", code=division_code)
    check, reader = session.get(SpotCheck, id), Reader(session, identity, today=shanghai_day(now))
    created = False
    if check is None:
        if division.level == "village":
            raise Unprocessable("check_of_village")
        if (lots is None) == (not village_codes):
            raise Unprocessable("check_villages_missing")
        _refuse(period_problem(first_on=first_on, last_on=last_on, visits=()))
        seed, urns, villages = _drawn(session, division, **lots) if lots else (
            None, None, _chosen(session, division, village_codes))
        created = session.execute(dialect_insert(session, SpotCheck).values(
            id=id, division_id=division.id, kind=kind, title=title, focus=focus, first_on=first_on, last_on=last_on,
            seed=seed, pool=urns, state="open", entered_by_id=identity.user_id, entered_at=now, version=1,
            content_hash=content_hash).on_conflict_do_nothing().returning(SpotCheck.id)).scalar() is not None
        check = session.get(SpotCheck, id)
        if created:
            session.add_all(CheckedVillage(check_id=id, village_id=village.id, position=position)
                            for position, village in enumerate(villages, start=1))
            _audit(session, check, division, "check.entered", identity=identity, now=now,
                   details={"kind": kind, "title": title, "seed": seed,
                            "villages": [village.code for village in villages]})
    if (check.entered_by_id, check.content_hash) != (identity.user_id, content_hash):
        raise IdReused()
    return check_views(session, [check], reader=reader)[0], created


def check_to_change(session: Session, *, identity: Identity, check_id: UUID, today: date) -> SpotCheck:
    """A check that the user may change, locked: as one who checks there. NotFound where not even its being is known,
    Forbidden (check_of_others) for those who may only read it.
    """
    check = session.get(SpotCheck, check_id, with_for_update=True, populate_existing=True)
    if check is None:
        raise NotFound()
    if not visible_check(session, reader=Reader(session, identity, today=today), check_id=check_id).is_whole:
        raise Forbidden("check_of_others")
    return check


def change_check(session: Session, *, identity: Identity, check: SpotCheck, title: str, focus: str | None,
                 first_on: date, last_on: date, now: datetime) -> CheckView:
    """Change what an open check is called, looks for and how long it goes on; its villages stay as they are.

    Raises Conflict (check_closed), Unprocessable (period_reversed, visit_outside_check).
    """
    if check.state == "closed":
        raise Conflict("check_closed")
    visits = session.scalars(select(CheckedVillage.visited_on).where(
        CheckedVillage.check_id == check.id, CheckedVillage.visited_on.is_not(None))).all()
    _refuse(period_problem(first_on=first_on, last_on=last_on, visits=visits))
    check.title, check.focus, check.first_on, check.last_on = title, focus, first_on, last_on
    return _changed(session, check, "check.changed", identity=identity, now=now,
                    details={"title": title, "from_on": first_on.isoformat(), "to_on": last_on.isoformat()})


def note_visit(session: Session, *, identity: Identity, check: SpotCheck, village_code: str, visited_on: date,
               now: datetime) -> tuple[CheckView, bool]:
    """Note the day on which a village was visited, by which its part of the check is revealed; the same again is safe.

    Raises NotFound for a village that is not of the check, Forbidden (own_record), Conflict (check_closed,
    village_already_visited), Unprocessable (visit_to_come, visit_outside_check).
    """
    reader = Reader(session, identity, today=shanghai_day(now))
    held, village = _checked_village(session, check, village_code)
    if reader.acts_for(village):
        raise Forbidden("own_record")
    _refuse(visit_problem(state=check.state, visited_on=visited_on, first_on=check.first_on, last_on=check.last_on,
                          held_on=held.visited_on, today=reader.today))
    if held.visited_on is not None:
        return check_views(session, [check], reader=reader)[0], False
    held.visited_on, held.visited_by_id = visited_on, identity.user_id
    return _changed(session, check, "check.visited", identity=identity, now=now,
                    details={"village": village.code, "visited_on": visited_on.isoformat()}), True


def close_check(session: Session, *, identity: Identity, check: SpotCheck, now: datetime) -> CheckView:
    """Close a check, by which all of it is revealed to the villages that it was about; once closed nothing changes."""
    if check.state == "closed":
        return check_views(session, [check], reader=Reader(session, identity, today=shanghai_day(now)))[0]
    check.state, check.closed_at = "closed", now
    return _changed(session, check, "check.closed", identity=identity, now=now, details={"title": check.title})


def _drawn(session: Session, division: Division, *, count: int, seed: str | None, per_township: bool
           ) -> tuple[str, list[list[str]], list[Division]]:
    seed = seed or secrets.token_hex(16)
    villages = {village.code: village for village in session.scalars(
        select(Division).where(below(division.path), Division.level == "village", Division.valid_to.is_(None))
        .order_by(Division.code))}
    urns = [list(villages)]
    if per_township and division.level != "township":
        by_township: dict[int | None, list[str]] = {}
        for village in villages.values():
            by_township.setdefault(village.township_id, []).append(village.code)
        urns = list(by_township.values())
    _refuse(draw_problem(urns, count=count), all_of_data=True)
    return seed, urns, [villages[code] for code in draw(urns, seed=seed, count=count)]


def _chosen(session: Session, division: Division, codes: Sequence[str]) -> list[Division]:
    found = {village.code: village for village in session.scalars(
        select(Division).where(Division.code.in_(codes), below(division.path), Division.valid_to.is_(None)))}
    for code in codes:
        if code not in found:
            raise NotFound("division_not_found", code=code)
        if found[code].level != "village":
            raise Unprocessable("not_a_village", code=code)
    return [found[code] for code in dict.fromkeys(codes)]


def _checked_village(session: Session, check: SpotCheck, code: str) -> tuple[CheckedVillage, Division]:
    found = None if not code.isdecimal() else session.execute(
        select(CheckedVillage, Division).join(Division, Division.id == CheckedVillage.village_id)
        .where(CheckedVillage.check_id == check.id, Division.code == code)).first()
    if found is None:
        raise NotFound()
    return found.CheckedVillage, found.Division


def _changed(session: Session, check: SpotCheck, action: str, *, identity: Identity, now: datetime, details: dict
             ) -> CheckView:
    check.version += 1
    session.flush()
    _audit(session, check, session.get(Division, check.division_id), action, identity=identity, now=now,
           details=details)
    return check_views(session, [check], reader=Reader(session, identity, today=shanghai_day(now)))[0]


def _audit(session: Session, check: SpotCheck, division: Division, action: str, *, identity: Identity, now: datetime,
           details: dict) -> None:
    audit.append(session, chain=audit_chain(division), at=now, user_id=identity.user_id, action=action,
                 subject=f"check:{check.id}", details={"division": division.code, **details})


def _refuse(problem: str | None, *, all_of_data: bool = False) -> None:
    if problem is not None:
        raise (Unprocessable if all_of_data or problem in UNPROCESSABLE else Conflict)(problem)
