"""The course of a suggestion or complaint: who sees it, who may take which step, where it leads, by when. Pure.

received → accepted | declined → handling → answered → appealed (once) → answered → closed (docs/rules.md). Whatever the
table does not name is refused.
"""

import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta

# What somebody is to a suggestion: one who handles it, or the village that it is a suggestion for.
HOLDER, VILLAGE = "holder", "village"
STATES = ("received", "accepted", "declined", "handling", "answered", "appealed", "closed")
# So long somebody has to do something, by the policy that says in how many days.
WAITING = {"received": "suggestion_accept_days", "accepted": "suggestion_answer_days",
           "handling": "suggestion_answer_days", "appealed": "suggestion_answer_days"}
# Its sender has an answer, and may ask once for another look.
TOLD = ("answered", "declined")
LEAST_TEXT, MOST_TEXT = 5, 2000


@dataclass(frozen=True, slots=True)
class Step:
    """`after`: the states from which it may be taken; `leads_to`: where, else the state stays as it is; `by`: who may;
    `needs_text`: it says nothing without one; `is_told`: the sender reads it by the receipt, whatever is asked for.
    """

    after: tuple[str, ...]
    leads_to: dict[str, str]
    by: tuple[str, ...] = (HOLDER,)
    needs_text: bool = False
    is_told: bool | None = None


# A note is the beginning of handling what is accepted. What a village may do it does for suggestions about itself; an
# appeal against its answer goes to those above.
STEPS = {
    "accept": Step(after=("received",), leads_to={"received": "accepted"}, by=(HOLDER, VILLAGE), is_told=True),
    "decline": Step(after=("received", "accepted"), leads_to=dict.fromkeys(("received", "accepted"), "declined"),
                    needs_text=True, is_told=True),
    "note": Step(after=("accepted", "handling", "answered", "declined", "appealed"),
                 leads_to={"accepted": "handling"}, by=(HOLDER, VILLAGE), needs_text=True),
    "answer": Step(after=("accepted", "handling", "appealed"),
                   leads_to=dict.fromkeys(("accepted", "handling", "appealed"), "answered"), by=(HOLDER, VILLAGE),
                   needs_text=True, is_told=True),
    "close": Step(after=TOLD, leads_to=dict.fromkeys(TOLD, "closed"), is_told=True),
    "reclassify": Step(after=("received", "accepted", "handling", "answered", "declined", "appealed"), leads_to={},
                       is_told=False),
}
# What its sender does after bringing it; a table of its own, since nobody at a desk does it.
APPEAL = "appeal"


@dataclass(frozen=True, slots=True)
class Reader:
    """What a user is to the place that a suggestion is about, by the grants of today.

    `is_county`: supervises the county or what lies above it; `is_above`: supervises the place from a township up;
    `acts_for`: speaks for the village, of its committee or posted there; `is_named`: it says that it is about this
    person.
    """

    is_discipline: bool = False
    is_county: bool = False
    is_above: bool = False
    is_committee: bool = False
    acts_for: bool = False
    is_named: bool = False


def standing(reader: Reader, *, kind: str, about: str) -> str | None:
    """What somebody is to a suggestion, None: not even its being is known.

    Whoever it is about never sees it. What is about a person is for the discipline organ and the county only, what is
    about the application for the county; a village learns of suggestions about it, never of complaints.
    """
    if reader.is_named:
        return None
    if about == "person":
        sees = reader.is_discipline or reader.is_county
        return HOLDER if sees and not reader.acts_for else None
    if about == "app":
        return HOLDER if reader.is_county else None
    if kind == "suggestion" and reader.is_committee:
        return VILLAGE
    return HOLDER if reader.is_above and not reader.acts_for else None


def whom_of(text: str | None) -> str | None:
    """For whom it is about as it is kept: in one form of letters and spaces, by which lists find a name in it too."""
    return " ".join(unicodedata.normalize("NFKC", text or "").split())[:50] or None


def names(about_whom: str | None, name: str) -> bool:
    """Whether the words for whom it is about hold a name, however it is spaced; a single letter is no name."""
    plain = plain_name(name)
    return len(plain) > 1 and plain in plain_name(about_whom or "")


def plain_name(text: str) -> str:
    """A name without spaces and forms of letters, to look for in another."""
    return "".join(unicodedata.normalize("NFKC", text).split()).lower()


def allowed_steps(state: str, stands: str | None, *, appeal_until: date | None, has_appealed: bool, today: date
                  ) -> list[str]:
    """The steps that somebody may take now, in the order of the table."""
    return [name for name in STEPS if step_problem(
        step=name, state=state, stands=stands, text="…", changes=True, appeal_until=appeal_until,
        has_appealed=has_appealed, today=today) is None]


def step_problem(*, step: str, state: str, stands: str | None, text: str | None, changes: bool,
                 appeal_until: date | None, has_appealed: bool, today: date) -> str | None:
    """Why a step cannot be taken, or None. `changes`: a reclassification says something else than what is so."""
    row = STEPS[step]
    if state not in row.after:
        return "suggestion_step"
    if stands not in row.by or stands == VILLAGE and has_appealed:
        return "suggestion_of_others"
    if row.needs_text and not (text or "").strip():
        return "suggestion_text_missing"
    if step == "reclassify" and not changes:
        return "suggestion_same_class"
    # Who was answered may still ask for another look; closing must not take that away.
    if step == "close" and may_appeal(state, appeal_until=appeal_until, has_appealed=has_appealed, today=today):
        return "suggestion_appeal_open"
    return None


def state_after(step: str, state: str) -> str:
    return STEPS[step].leads_to.get(state, state)


def is_told(step: str, asked: bool) -> bool:
    """Whether the sender reads a step: by the table, else as whoever takes it wishes."""
    told = STEPS[step].is_told
    return asked if told is None else told


def may_appeal(state: str, *, appeal_until: date | None, has_appealed: bool, today: date) -> bool:
    """Whether its sender may ask for another look: once, at what was answered or declined, within the time."""
    return state in TOLD and not has_appealed and appeal_until is not None and today <= appeal_until


def appeal_problem(state: str, *, appeal_until: date | None, has_appealed: bool, today: date) -> str | None:
    """Why an appeal comes too early, too late or for the second time; None where it may be made."""
    if has_appealed:
        return "suggestion_appealed_already"
    if state not in TOLD and state != "closed":
        return "suggestion_not_answered"
    return None if may_appeal(state, appeal_until=appeal_until, has_appealed=has_appealed, today=today) \
        else "suggestion_appeal_late"


def due_on(state: str, *, since: date, days: int | None) -> date | None:
    """The last day for what comes next: so many calendar days; None where nobody has to do anything."""
    return since + timedelta(days=days) if state in WAITING and days is not None else None


def is_overdue(*, state: str, due_on: date | None, today: date) -> bool:
    return state in WAITING and due_on is not None and today > due_on


def concern_problem(*, kind: str, about: str, is_of_village: bool, has_concern: bool) -> str | None:
    """Why a suggestion cannot become a concern: who is posted in the village and its township read concerns."""
    if kind != "suggestion" or about != "village":
        return "suggestion_not_open"
    if not is_of_village:
        return "suggestion_no_village"
    return "suggestion_has_concern" if has_concern else None


def contact_is_due(*, closed_on: date | None, days: int, today: date) -> bool:
    """Whether the name and telephone have to go: so many days after it was closed."""
    return closed_on is not None and today >= closed_on + timedelta(days=days)
