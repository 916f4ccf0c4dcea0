"""The course of a supervision notice (督办通知单): who may take which step, when, what it needs, where it leads. Pure.

drafted → reviewed → issued → served → reported → returned | reinspected → struck off → archived; issued anew after a
failed re-inspection or a missed deadline as often as the policy allows, then escalated (docs/rules.md). Whatever the
table does not name is refused.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, timedelta

# Who decides: those of the division that numbers it, and of the one that it lies with now. Who answers: the village's
# committee and the cadres posted there.
ISSUER, OWNER, RECEIVER = "issuer", "owner", "receiver"
# Who drafted it, and who acts for the village or has: nobody decides on an own record.
DRAFTER, INVOLVED = "drafter", "involved"

DRAFTS = ("drafted", "reviewed")
# The village has to act; so these can be overdue.
WAITING = ("issued", "served", "returned", "escalated")
OPEN = (*WAITING, "reported", "reinspected")
OVER = ("cancelled", "struck_off", "archived")
STATES = (*DRAFTS, *OPEN, *OVER)
# A deadline so near is pointed out.
SOON = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Step:
    """`after`: the states from which it may be taken; `by`: who may; `to`: the state that follows, "" where it stays.

    `needs`: the parts that must be given; `when`: what else may hold it back, each by its reason (course_problem).
    """

    after: tuple[str, ...]
    by: tuple[str, ...]
    to: str
    needs: tuple[str, ...] = ()
    when: tuple[str, ...] = ()


_AT_WORK = ("served", "returned", "escalated")
_MISSED = ("issued", "served", "returned", "reinspected")
STEPS = {
    "reviewed": Step(after=("drafted",), by=(ISSUER,), to="reviewed"),
    "cancelled": Step(after=DRAFTS, by=(ISSUER,), to="cancelled", needs=("note",)),
    "issued": Step(after=("reviewed",), by=(ISSUER,), to="issued"),
    "served": Step(after=("issued",), by=(RECEIVER, ISSUER), to="served"),
    "extension_asked": Step(after=_AT_WORK, by=(RECEIVER,), to="", needs=("note", "new_due_on"),
                            when=("notice_asked_already", "notice_asked_late")),
    "extension_granted": Step(after=_AT_WORK, by=(OWNER,), to="", when=("notice_not_asked",)),
    "extension_refused": Step(after=_AT_WORK, by=(OWNER,), to="", needs=("note",), when=("notice_not_asked",)),
    "reminded": Step(after=WAITING, by=(OWNER,), to="", when=("notice_not_overdue",)),
    "reported": Step(after=_AT_WORK, by=(RECEIVER,), to="reported", needs=("note",)),
    "returned": Step(after=("reported", "reinspected", "escalated"), by=(OWNER,), to="returned",
                     needs=("note", "new_due_on"), when=("notice_passed", "notice_reissue_first")),
    "reinspected": Step(after=("reported",), by=(OWNER,), to="reinspected", needs=("has_passed", "note")),
    "struck_off": Step(after=("reinspected",), by=(OWNER,), to="struck_off", when=("notice_not_passed",)),
    "reissued": Step(after=_MISSED, by=(OWNER,), to="issued", needs=("new_due_on",),
                     when=("notice_not_missed", "notice_reissues_used")),
    "escalated": Step(after=_MISSED, by=(OWNER,), to="escalated",
                      when=("notice_at_county", "notice_not_missed", "notice_reissues_left")),
    "archived": Step(after=("struck_off",), by=(OWNER,), to="archived"),
}
# What only the village's people do; whoever did is involved for good.
ANSWERS = ("served", "extension_asked", "reported")
EXTENSIONS = ("extension_asked", "extension_granted")
# The state that each step leads to, of those that lead to another.
MOVES = {name: step.to for name, step in STEPS.items() if step.to}
# The steps that say until when; each is kept with the day that it set.
DEADLINES = ("issued", "returned", "reissued", "extension_granted")
NEW_DEADLINES = (*EXTENSIONS, "issued", "returned", "reissued")
MISSING = {"note": "notice_note_missing", "new_due_on": "notice_new_due_on_missing",
           "signer": "notice_signer_missing", "has_passed": "notice_has_passed_missing"}


@dataclass(frozen=True, slots=True)
class Matter:
    """Where a notice stands. `most_reissues` is the policy's; `is_at_county`: there is nobody above to go to."""

    state: str
    due_on: date
    asked_due_on: date | None = None
    has_passed: bool | None = None
    reissues: int = 0
    most_reissues: int = 1
    is_at_county: bool = False


@dataclass(frozen=True, slots=True)
class Given:
    """What came with a step."""

    note: str | None = None
    new_due_on: date | None = None
    signer: str | None = None
    has_passed: bool | None = None


def course_problem(matter: Matter, step: str, *, today: date, on: date) -> str | None:
    """Why the notice does not stand so that a step could be taken, whoever takes it; None where it does.

    `on` is the day of the step by its sender's clock: what was asked for in time may arrive later.
    """
    row = STEPS[step]
    if matter.state not in row.after:
        return "notice_step"
    is_late, has_failed = is_overdue(matter, today), matter.state == "reinspected" and matter.has_passed is False
    has_left = matter.reissues < matter.most_reissues
    holds_back = {
        "notice_asked_already": matter.asked_due_on is not None,
        "notice_not_asked": matter.asked_due_on is None,
        "notice_asked_late": on > matter.due_on,
        "notice_not_overdue": not is_late,
        "notice_not_passed": matter.has_passed is not True,
        "notice_passed": matter.has_passed is True,
        # After a failed re-inspection it is issued anew or goes up; redoing without end would get round the policy.
        "notice_reissue_first": has_failed and (has_left or not matter.is_at_county),
        "notice_not_missed": not is_late and not has_failed,
        "notice_reissues_used": not has_left,
        "notice_reissues_left": has_left,
        "notice_at_county": matter.is_at_county,
    }
    return next((reason for reason in row.when if holds_back[reason]), None)


def standing_problem(step: str, standings: Collection[str]) -> str | None:
    """Why somebody may not take a step: it is others' to take, or the notice is the own record."""
    by = [standing for standing in STEPS[step].by if standing in standings]
    if not by:
        return "notice_held_elsewhere"
    if RECEIVER in by:
        return None
    is_own = INVOLVED in standings or (step == "reviewed" and DRAFTER in standings)
    return "own_record" if is_own else None


def needed_parts(matter: Matter, step: str, standings: Collection[str], *, today: date) -> list[str]:
    """The parts that a step must bring: those of the table, and what follows from who takes it when."""
    parts = list(STEPS[step].needs)
    if step == "served" and RECEIVER not in standings:
        # The township hands a paper copy over and has it signed for.
        parts.append("signer")
    if step == "issued" and matter.due_on < today:
        parts.append("new_due_on")
    return parts


def parts_problem(matter: Matter, step: str, standings: Collection[str], given: Given, *, today: date) -> str | None:
    """Which part of a step is missing or makes no sense."""
    for part in needed_parts(matter, step, standings, today=today):
        value = getattr(given, part)
        if value is None or isinstance(value, str) and not value.strip():
            return MISSING[part]
    if given.new_due_on is None:
        return None
    # More time is more than there was; any other new deadline only must not lie behind.
    earliest = max(today, matter.due_on + timedelta(days=1)) if step in EXTENSIONS else today
    return "notice_new_due_on_early" if given.new_due_on < earliest else None


def kept_parts(step: str, given: Given) -> Given:
    """What is kept of what came with a step: a part that the step knows nothing of says nothing."""
    return Given(note=given.note, new_due_on=given.new_due_on if step in NEW_DEADLINES else None,
                 signer=given.signer if step == "served" else None,
                 has_passed=given.has_passed if step == "reinspected" else None)


def with_deadline(step: str, given: Given, after: Matter) -> Given:
    """What is kept of a step that says until when: always the day, so that it is known which one held on any day."""
    return replace(given, new_due_on=after.due_on) if step in DEADLINES else given


def allowed_steps(matter: Matter, standings: Collection[str], *, today: date) -> list[str]:
    """The steps that somebody may take now, in the order of the table."""
    return [step for step in STEPS if course_problem(matter, step, today=today, on=today) is None
            and standing_problem(step, standings) is None]


def matter_after(matter: Matter, step: str, given: Given) -> Matter:
    """Where a notice stands once a step was taken."""
    due_on = matter.due_on
    if step == "extension_granted":
        due_on = given.new_due_on or matter.asked_due_on
    elif step in ("issued", "returned", "reissued"):
        due_on = given.new_due_on or due_on
    # What was asked for is answered by whatever comes next but a reminder.
    asked = {"extension_asked": given.new_due_on, "reminded": matter.asked_due_on}.get(step)
    has_passed = given.has_passed if step == "reinspected" else None
    if step in ("struck_off", "archived"):
        has_passed = matter.has_passed
    return replace(matter, state=STEPS[step].to or matter.state, due_on=due_on, asked_due_on=asked,
                   has_passed=has_passed, reissues=matter.reissues + (step == "reissued"),
                   is_at_county=matter.is_at_county or step == "escalated")


def is_overdue(matter: Matter, today: date) -> bool:
    """Whether the village still has to act and the last day in time has passed."""
    return matter.state in WAITING and today > matter.due_on


def label(*, county: str, township: str | None, year: int, number: int) -> str:
    """The number of a notice as it is written on paper, such as 余庆县白泥镇督字〔2026〕3号; a name, in every language."""
    return f"{county}{township or ''}督字〔{year}〕{number}号"
