"""The steps of a month: who takes which, from which state, and what each needs. Pure.

cadre checks the own row -> village confirms the sheet -> township closes it. What was signed on paper is entered by
the township and is of equal standing. Nobody confirms, reopens or closes a month with an own row in it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

# What was said of a row or of the sheet before the month is closed.
ROW_STEPS = ("checked", "disputed")
VILLAGE_STEPS = ("confirmed", "reopened")
STEPS = (*ROW_STEPS, *VILLAGE_STEPS)
STATES = ("open", "confirmed", "closed")


@dataclass(frozen=True, slots=True)
class Rule:
    """Who takes a step (`own` the row's cadre, `village`, `township`), on paper instead, and what it asks for.

    `standing`: a confirmation that was not taken back; `holding`: one that is about the sheet as it is now; `note`: a
    reason, always, or (`why_not_all`) only where a cadre has not checked the own row.
    """

    by: str
    on_paper: bool = True
    note: bool = False
    why_not_all: bool = False
    standing: bool = False
    holding: bool = False


RULES = {
    "checked": Rule("own"),
    "disputed": Rule("own", note=True),
    "confirmed": Rule("village", why_not_all=True),
    "reopened": Rule("village", standing=True),
    "closed": Rule("township", on_paper=False, holding=True),
}


@dataclass(frozen=True, slots=True)
class Asker:
    """Who wants to take a step: `own_row` the very row that it is about, `any_row` some row of the sheet."""

    village: bool = False
    township: bool = False
    own_row: bool = False
    any_row: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """The latest word on a row or a sheet, and whether it is about the row or the sheet as it is now."""

    step: str
    holds: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """How a month stands: over, closed, the latest word of the village, and that of each row's cadre.

    `disputed_since`: a cadre disputed the own row after the village had confirmed.
    """

    over: bool
    closed: bool
    village: Said | None
    rows: tuple[Said | None, ...]
    disputed_since: bool = False

    @property
    def confirmation_holds(self) -> bool:
        return self.village is not None and self.village.step == "confirmed" and self.village.holds

    @property
    def all_checked(self) -> bool:
        return all(row is not None and row.step == "checked" and row.holds for row in self.rows)

    @property
    def state(self) -> str:
        """open, confirmed (by a word that holds) or closed."""
        return "closed" if self.closed else "confirmed" if self.confirmation_holds else "open"


def asker_problem(step: str, *, asker: Asker, on_paper: bool) -> str | None:
    """Why it is not for this user to take a step (own_record, not_your_step), or None.

    A row is checked by its cadre; by the township only from paper, and not where it has a row of its own on the sheet.
    """
    rule = RULES[step]
    if rule.by == "own" and asker.own_row:
        return "own_record" if on_paper else None
    if asker.any_row:
        return "own_record"
    if on_paper:
        return None if rule.on_paper and asker.township else "not_your_step"
    held = rule.by == "village" and asker.village or rule.by == "township" and asker.township
    return None if held else "not_your_step"


def step_problem(step: str, *, standing: Standing, on_paper: bool, note: str | None, seen: bool) -> str | None:
    """Why a month as it stands does not take a step, or None; `seen`: the asker looked at what is there now.

    month_closed, month_not_over, month_empty, sheet_changed, not_confirmed, not_all_checked, disputed_since;
    reason_missing is the one that is about the request alone.
    """
    rule, told = RULES[step], bool((note or "").strip())
    if standing.closed:
        return "month_closed"
    if not standing.over:
        return "month_not_over"
    if not standing.rows:
        return "month_empty"
    if not seen:
        return "sheet_changed"
    if rule.holding and not standing.confirmation_holds:
        return "not_confirmed"
    if rule.standing and (standing.village is None or standing.village.step != "confirmed"):
        return "not_confirmed"
    if (rule.note or on_paper) and not told:
        return "reason_missing"
    if rule.why_not_all and not standing.all_checked and not told:
        return "not_all_checked"
    return "disputed_since" if rule.holding and standing.disputed_since and not told else None


def may_take(*, asker: Asker, standing: Standing) -> dict[str, bool]:
    """Which steps a page may offer: check (the own row), confirm, reopen, close, and on_paper (from a signed sheet)."""
    def may(step: str, *, on_paper: bool = False) -> bool:
        one = replace(asker, own_row=asker.any_row and not on_paper)
        return (asker_problem(step, asker=one, on_paper=on_paper) is None
                and step_problem(step, standing=standing, on_paper=on_paper, note="said", seen=True) is None)

    return {"check": may("checked"), "confirm": may("confirmed"), "reopen": may("reopened"), "close": may("closed"),
            "on_paper": may("checked", on_paper=True)}


def latest(steps: Sequence, kinds: Collection[str]):
    """The latest of steps (in the order of time) that is of one of `kinds`, or None."""
    return next((step for step in reversed(steps) if step.step in kinds), None)
