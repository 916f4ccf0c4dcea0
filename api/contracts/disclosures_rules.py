"""Disclosures (三务公开): what they may become, what is pointed out about them, where numbers of persons stand. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from api.contracts.attachment_office_rules import Unit
from api.contracts.attachments_rules import FOUND, UNREADABLE, found_in
from api.contracts.private_numbers_rules import mask

DIRECTIONS = ("income", "expense")
# The four deliberations and the two disclosures of a decision, in their order (四议两公开, A9.12).
STAGES = ("branch_proposal", "committees_consultation", "party_review", "villagers_resolution", "resolution_disclosed",
          "result_disclosed")
# Only these are meetings with a vote.
VOTES = ("party_review", "villagers_resolution")
_STEPS = {"published": ("drafted", "held", "withdrawn"), "withdrawn": ("published",)}
STATES = ("drafted", "held", "published", "withdrawn")
STEPS = tuple(_STEPS)
# How a column is named in which things are hidden ("在其他栏上打埋伏", A9.5).
_OTHER = ("其他", "其它", "杂项", "杂支", "other", "miscellaneous", "sundries")


def allowed_steps(state: str) -> list[str]:
    return [step for step, after in _STEPS.items() if state in after]


def is_editable(state: str) -> bool:
    """What is on the board is not changed there: it is withdrawn first."""
    return state != "published"


def step_problem(*, state: str, step: str, reason: str | None, is_empty: bool) -> str | None:
    """Why a step may not be taken (disclosure_step, disclosure_reason_missing, disclosure_empty), or None."""
    if step not in allowed_steps(state):
        return "disclosure_step"
    if step == "withdrawn" and not (reason or "").strip():
        return "disclosure_reason_missing"
    return "disclosure_empty" if step == "published" and is_empty else None


def deliberation_problem(*, stage: str, entitled: int | None, present: int | None,
                         in_favour: int | None) -> str | None:
    """Why the counts of a stage do not fit each other (deliberation_counts), or None."""
    if stage not in VOTES and (entitled, present, in_favour) != (None, None, None):
        return "deliberation_no_vote"
    pairs = ((present, entitled), (in_favour, present), (in_favour, entitled))
    fits = all(part is None or whole is None or part <= whole for part, whole in pairs)
    return None if fits else "deliberation_counts"


def is_other(text: str, said_so: bool) -> bool:
    """Whether a line of finance is one for everything else: it says so, or is named so."""
    plain = text.strip().lower()
    return said_so or plain.startswith(_OTHER) or plain.endswith(("其他", "其它"))


def totals(lines: Iterable[Mapping]) -> dict[str, dict[str, int]]:
    """For each direction its total and how much of it is 'other', in hundredths of a yuan."""
    sums = {direction: {"total": 0, "other": 0} for direction in DIRECTIONS}
    for line in lines:
        sums[line["direction"]]["total"] += line["hundredths"]
        if line["is_other"]:
            sums[line["direction"]]["other"] += line["hundredths"]
    return sums


def hints(*, disclosure_class: str, lines: Sequence[Mapping], stages: Mapping[str, date],
          most_other_percent: int) -> list[dict]:
    """What is pointed out, to the committee and on the board; nothing of it keeps a disclosure back.

    An 'other' column above the policy's share of its total (A9.5); stages of a decision that are missing before a
    later one, or that come before an earlier one's day (A9.12). A result that is not disclosed yet is no fault.
    """
    found = []
    for direction, sums in totals(lines).items():
        if sums["other"] > 0 and sums["other"] * 100 > sums["total"] * most_other_percent:
            found.append({"reason": "other_too_large", "direction": direction, "most_percent": most_other_percent,
                          "percent": round(sums["other"] * 100 / sums["total"], 1) if sums["total"] > 0 else 100,
                          "stage": None})
    if disclosure_class == "decision":
        found += [_stage_hint("stage_missing", stage) for stage in missing_stages(stages)]
        held = [(stage, stages[stage]) for stage in STAGES if stage in stages]
        latest = date.min
        for stage, day in held:
            if day < latest:
                found.append(_stage_hint("stage_out_of_order", stage))
            latest = max(latest, day)
    return found


def missing_stages(stages: Iterable[str]) -> list[str]:
    """The stages that a decision on the board should have and lacks: all but the disclosure of its result."""
    held = set(stages)
    last = max((STAGES.index(stage) for stage in held), default=-1)
    needed = STAGES[:max(last, STAGES.index("villagers_resolution") + 1)]
    return [stage for stage in needed if stage not in held]


def _stage_hint(reason: str, stage: str) -> dict:
    return {"reason": reason, "direction": None, "percent": None, "most_percent": None, "stage": stage}


def found_in_texts(*, title: str, text: str | None, lines: Sequence[Mapping], notes: Mapping[str, str | None]
                   ) -> list[dict]:
    """Numbers of persons in what was typed, each with its place."""
    units = [Unit(title, "title"), Unit(text or "", "text"),
             *(Unit(line["text"], "lines", None, str(number)) for number, line in enumerate(lines, start=1)),
             *(Unit(note or "", "note", stage) for stage, note in notes.items())]
    return [{**one, "file_id": None} for one in found_in(units)]


def found_in_file(*, file_id: str, name: str, reading: str, found: Sequence[Mapping], is_checked: bool) -> list[dict]:
    """What keeps a file off the board: numbers of persons in it, or that nobody has looked through its pictures."""
    if reading == FOUND:
        return [{**one, "file_id": file_id} for one in found]
    if reading == UNREADABLE and not is_checked:
        return [{"kind": "unreadable", "masked": None, "part": "file", "name": mask(name), "at": None,
                 "file_id": file_id}]
    return []


def masked_texts(*, title: str, text: str | None, lines: Sequence[Mapping]) -> dict:
    """The same with every number of a person replaced by its masked form."""
    return {"title": mask(title)[:100], "text": mask(text) if text else text,
            "lines": [{**line, "text": mask(line["text"])} for line in lines]}
