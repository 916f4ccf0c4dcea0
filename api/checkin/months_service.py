"""The answers about a village's month: its sheet with what was said of it, a step, a close."""

from datetime import date

from sqlalchemy.orm import Session

from api.auth import Identity
from api.checkin.corrections_service import corrections_of
from api.checkin.month_models import MonthClose, MonthStep
from api.checkin.month_rules import may_take
from api.checkin.month_service import (
    Month,
    asker_of,
    check_visible,
    load_month,
    user_names,
    village_by_code,
)
from api.checkin.rules import rate
from api.checkin.sheet_rules import SheetRow, as_plain, row_hash, sheet_hash
from api.checkin.sheet_service import month_period, postings_in_month
from api.postings.access_service import SEES_PRESENCE, visible_division
from api.postings.divisions_service import DivisionRef, division_by_id, refs
from api.postings.models import Division
from api.postings.roster_service import postings_of


def month_sheet(session: Session, *, identity: Identity, month_on: date, village_code: str | None, live: bool,
                today: date) -> dict:
    """A village's month as the user may see it; a cadre without another role over it sees the own rows only.

    `live`: the sheet of a closed month as the facts stand now. Raises NotFound, Unprocessable (not_a_village).
    """
    own_villages = _own_villages(session, identity, month_on)
    if village_code is not None:
        village = village_by_code(session, identity=identity, code=village_code)
    elif own_villages:
        village = own_villages[-1]
    else:
        village = visible_division(session, identity=identity, code=None, roles=SEES_PRESENCE)
        village = village_by_code(session, identity=identity, code=village.code)
    postings = postings_in_month(session, division=village, month_on=month_on)
    check_visible(identity, village=village, postings=postings)
    month = load_month(session, village=village, month_on=month_on, today=today, postings=postings)
    whole = identity.may(village.path, *SEES_PRESENCE)
    asker = asker_of(identity, village=village, postings=postings, posting_id=None)
    return {
        **_answer(session, month, live=live, only=None if whole else identity.cadre_id, own_id=identity.cadre_id),
        "villages": [DivisionRef.of(one) for one in own_villages] or [month.village],
        "may": may_take(asker=asker, standing=month.standing)}


def _own_villages(session: Session, identity: Identity, month_on: date) -> list[Division]:
    """The home villages of the user's postings whose rows stand in a month, in the order of the postings."""
    if identity.cadre_id is None:
        return []
    found = {posting.village_id: division_by_id(session, posting.village_id)
             for posting in postings_of(session, [identity.cadre_id])}
    return [village for village in found.values() if any(
        posting.cadre_id == identity.cadre_id
        for posting in postings_in_month(session, division=village, month_on=month_on))]


def _answer(session: Session, month: Month, *, live: bool, only: int | None, own_id: int | None) -> dict:
    sheet = month.live if live else month.sheet
    rows = [row for row in sheet.rows if only in (None, row.cadre_id)]
    checks = {row.posting_id: month.check_of(row) for row in rows}
    told = [step for step in (*checks.values(), month.confirmation) if step is not None]
    names = user_names(session, [step.user_id for step in told] + ([month.close.closed_by_id] if month.close else []))
    return {
        "month": month.month_on, "village": month.village, "township": sheet.township,
        "state": month.standing.state, "over": month.over, "ends_on": _ends_on(month.month_on),
        "counting_period": {"first": sheet.first, "last": sheet.last}, "calendar_official": sheet.calendar_official,
        "days": [{"day": column.day, "weekday": column.day.isoweekday(), "kind": column.kind,
                  "in_month": column.in_month} for column in sheet.days],
        "rows": [_row(month, row, checks[row.posting_id], names, own_id) for row in rows],
        "total": _total(rows),
        "sheet_hash": (month.hash if sheet is month.sheet else sheet_hash(as_plain(sheet))).hex(),
        "rules": sheet.rules, "confirmation": _said(month.confirmation, names, month.confirmation
                                                    and month.holds(month.confirmation)),
        "close": month.close and close_answer(month.close, names),
        "corrections": [one for one in corrections_of(session, month) if only in (None, one.cadre_id)],
    }


def _ends_on(month_on: date) -> date:
    # The same for every village, by whatever it counts and whoever looks: `is_over` asks for the day after it.
    return month_period(month_on, month_on).last


def _row(month: Month, row: SheetRow, check: MonthStep | None, names: dict[int, str], own_id: int | None) -> dict:
    # Whether a word holds is about the row that stands, also where the live one is shown beside it.
    standing = month.row(row.posting_id)
    said = _said(check, names, check is not None and standing is not None and month.holds(check, standing))
    return {
        "posting_id": row.posting_id, "cadre": {"id": row.cadre_id, "name": row.name}, "cadre_role": row.cadre_role,
        "sending_unit": row.sending_unit, "signs": list(row.signs), "duty_days": row.duty_days,
        "required_days": row.required_days, "credited_days": row.credited_days, "rate": row.rate,
        "days_of_month": row.days_of_month, "errand_days": row.errand_days, "travel_days": row.travel_days,
        "leave_days": row.leave_days, "waiting_days": row.waiting_days, "days_of_year": row.days_of_year,
        "row_hash": row_hash(row).hex(), "check": said, "is_own": row.cadre_id == own_id}


def _total(rows: list[SheetRow]) -> dict:
    required, credited = sum(row.required_days for row in rows), sum(row.credited_days for row in rows)
    return {"required_days": required, "credited_days": credited, "rate": rate(credited, required)}


def _said(step: MonthStep | None, names: dict[int, str], holds: bool | None) -> dict | None:
    return step and {
        "step": step.step, "by": {"id": step.user_id, "name": names[step.user_id]}, "at": step.at, "note": step.note,
        "on_paper": step.on_paper, "holds": bool(holds)}


def step_answer(session: Session, step: MonthStep) -> dict:
    """A step as answers show it."""
    names = user_names(session, [step.user_id])
    return {
        "id": step.id, "month": step.month_on, "village": refs(session, [step.village_id])[step.village_id],
        "posting_id": step.posting_id, "step": step.step, "by": {"id": step.user_id, "name": names[step.user_id]},
        "at": step.at, "note": step.note, "on_paper": step.on_paper, "seen_hash": step.seen_hash.hex()}


def close_answer(close: MonthClose, names: dict[int, str]) -> dict:
    """A close as answers show it."""
    return {"id": close.id, "by": {"id": close.closed_by_id, "name": names[close.closed_by_id]},
            "at": close.closed_at, "note": close.note, "hash": close.hash.hex()}
