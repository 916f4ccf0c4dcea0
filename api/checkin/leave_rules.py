"""Which step a leave may take from which state. Pure."""

from datetime import date

# state -> the steps that may follow it. A refused or withdrawn leave is over; ask anew instead.
ALLOWED = {
    "asked": ("approved", "refused", "withdrawn"),
    "approved": ("returned", "withdrawn", "refused"),
    "refused": (),
    "withdrawn": (),
}


def period_problem(*, from_on: date, to_on: date) -> str | None:
    """Why days cannot be taken as one leave or errand (period_reversed, leave_too_long), or None."""
    if to_on < from_on:
        return "period_reversed"
    return "leave_too_long" if (to_on - from_on).days >= 366 else None


def step_problem(*, state: str, step: str, from_on: date, to_on: date, returned_on: date | None, today: date,
                 note: str | None) -> str | None:
    """Why a step cannot be taken (leave_step, returned_outside, reason_missing), or None.

    `returned_on` is the first day back in the village, within the leave; the first day of leave means it never began.
    An approved leave may still be refused (an approval made by mistake), with a reason.
    """
    if step not in ALLOWED[state]:
        return "leave_step"
    if step == "returned" and (returned_on is None or not from_on <= returned_on <= to_on):
        return "returned_outside"
    if step == "withdrawn" and state == "approved" and from_on < today:
        return "leave_step"
    return "reason_missing" if step == "refused" and not (note or "").strip() else None


def is_for_others(*, step: str, returned_on: date | None, held: date | None) -> bool:
    """Whether a step on the own leave is for somebody else to take: to decide on it, and to put off a return.

    `held` is the return that was noted. To be back earlier than that makes less of the leave, and anybody may say so of
    the own one; to be back later makes leave again of days on duty, which would be to approve it.
    """
    if step == "returned":
        return held is not None and returned_on is not None and returned_on > held
    return step in ("approved", "refused")


def covers(leave, day: date) -> bool:
    """Whether an approved leave (anything with from_on, to_on, returned_on) still covers a day."""
    return leave.from_on <= day <= leave.to_on and (leave.returned_on is None or day < leave.returned_on)
