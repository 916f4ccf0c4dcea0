"""The yearly contracts of a county of full size: what was promised, completed and accepted, over all the years."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from random import Random
from uuid import UUID

from api import demo_contract_words as words
from api.contracts.acceptance_models import (
    Acceptance,
    AcceptanceAssessor,
    AcceptanceStep,
    Assessor,
    AssessorRoster,
    Completion,
)
from api.contracts.models import CommitmentItem, Contract, ContractLine, ContractRevision, ContractStep, VillageSize
from api.dates import shanghai_day, start_of_day
from api.db import NO_HASH
from api.demo_county_matters_service import County, Drawer
from api.demo_county_roster_service import PIECE
from api.demo_county_rules import FIRST_TOWNSHIP, household_counts
from api.demo_leave_rules import new_id

_ITEMS = 5
# (step, day of the year, whether the town takes it)
_COURSE = (("framework", 7, True), ("measures", 16, False), ("deliberated", 21, False), ("sealed", 22, False),
           ("submitted", 23, False), ("approved", 27, True), ("signed", 36, True), ("published", 37, False))
_CLOSED_ON = 20
# This year some contracts are on their way yet: one village in so many, each at another step.
_UNFINISHED = 29
_COMPLETED, _INSPECTED, _CONFIRMED = 0.8, 0.93, 0.9
_DEADLINES = ((6, 30), (9, 30), (10, 31), (11, 20), (12, 10), (12, 20))


def write_promises(county: County, *, progress: Callable[[int, int], None]) -> None:
    """The contract of every village and year since the first whole one, its items, and what became of them."""
    size, today = county.people.size, shanghai_day(county.as_of)
    drawer = Drawer(county.session, (
        AssessorRoster, Assessor, VillageSize, Contract, ContractRevision, ContractStep, ContractLine, CommitmentItem,
        Completion, Acceptance, AcceptanceAssessor, AcceptanceStep))
    first_year = county.first_on.year + (county.first_on > date(county.first_on.year, 1, 1))
    _publish_assessors(drawer, county, date(first_year, 1, 4))
    for nth, (village_id, households) in enumerate(zip(
            county.villages(), household_counts(size, county.seed), strict=True), 1):
        rng = Random(f"{county.seed} promises {village_id}")
        for year in range(first_year, today.year + 1):
            drawer.add(VillageSize, village_id=village_id, year=year, households=households, version=1,
                       entered_by_id=county.people.township(size.township_of(village_id)), entered_at=_at(year, 3, rng))
            is_slow = year == today.year and nth % _UNFINISHED == 11
            steps = nth // _UNFINISHED % len(_COURSE) if is_slow else None
            _promise(drawer, county, village_id, year, rng, steps=steps)
        drawer.flush(least=PIECE)
        progress(nth, size.villages)
    drawer.flush()


def _at(year: int, nth_day: int, rng: Random) -> datetime:
    return start_of_day(date(year, 1, 1) + timedelta(days=nth_day)) + timedelta(hours=9, minutes=rng.randint(0, 150))


def _publish_assessors(drawer: Drawer, county: County, on: date) -> None:
    """Each township's assessment office; assessors are numbered in the order of the townships."""
    for nth in range(county.people.size.townships):
        township_id = FIRST_TOWNSHIP + nth
        drawer.add(AssessorRoster, township_id=township_id, hotline=f"0851-2462{7000 + 13 * nth}", published_on=on,
                   published_by_id=county.people.township(township_id), version=2)
        for place, (name, post, unit) in enumerate(words.ASSESSORS, 1):
            drawer.add(Assessor, id=nth * len(words.ASSESSORS) + place, township_id=township_id, name=name, post=post,
                       unit=unit, from_on=on, version=1)


def _promise(drawer: Drawer, county: County, village_id: int, year: int, rng: Random, *, steps: int | None) -> None:
    """A contract as far as `steps` of its course, or as today."""
    township_id = county.people.size.township_of(village_id)
    town, committee = county.people.township(township_id), county.people.committee(village_id)
    contract_id, revision_id = new_id(rng), new_id(rng)
    course = [(step, _at(year, day, rng), town if by_town else committee) for step, day, by_town in _COURSE]
    course.append(("closed", _at(year + 1, _CLOSED_ON, rng), town))
    course = [one for one in course[:None if steps is None else steps + 1] if one[1] <= county.as_of]
    if not course:
        return
    drawer.add(Contract, id=contract_id, village_id=village_id, kind="yearly", term_contract_id=None,
               first_on=date(year, 1, 1), last_on=date(year, 12, 31), opened_by_id=town, opened_at=course[0][1],
               content_hash=NO_HASH)
    done = {step: at for step, at, _who in course}
    drawer.add(ContractRevision, id=revision_id, contract_id=contract_id, number=1, state=course[-1][0],
               opened_by_id=town, opened_at=course[0][1], published_at=done.get("published"), changed_at=course[-1][1],
               version=len(course), content_hash=NO_HASH)
    for number, (step, at, user_id) in enumerate(course, 1):
        drawer.add(ContractStep, id=revision_id if number == 1 else new_id(rng), revision_id=revision_id,
                   number=number, step=step, user_id=user_id, at=at, details=_details(step, at, rng),
                   content_hash=NO_HASH)
    for number, fields in enumerate(_plans(year, rng), 1):
        line_id, item_id = new_id(rng), new_id(rng)
        drawer.add(ContractLine, id=line_id, contract_id=contract_id, number=number)
        drawer.add(CommitmentItem, id=item_id, revision_id=revision_id, line_id=line_id, entered_by_id=town, version=2,
                   responsible=f"{rng.choice(words.POSTS)} {rng.choice(words.RESPONSIBLE)}", is_by_village=False,
                   content_hash=NO_HASH, **fields)
        if "published" in done:
            _accept(drawer, county, village_id, township_id, (line_id, item_id), fields, rng)


def _details(step: str, at: datetime, rng: Random) -> dict:
    day = shanghai_day(at).isoformat()
    if step == "deliberated":
        present = rng.randint(26, 40)
        return {"held_on": day, "entitled": present + rng.randint(0, 6), "present": present, "against": 1,
                "abstained": 1, "in_favour": present - 2, "minutes": rng.choice(words.MINUTES)}
    if step == "approved":
        return {"followed_procedure": True, "is_realistic_and_lawful": True}
    if step == "signed":
        return {"held_on": day, "place": rng.choice(words.CEREMONY_PLACES),
                "signers": [rng.choice(words.RESPONSIBLE), rng.choice(words.RESPONSIBLE)]}
    return {}


def _plans(year: int, rng: Random) -> Iterator[dict]:
    chosen = sorted(rng.sample(range(len(words.COMMITMENTS)), k=_ITEMS))
    for row in (*(words.COMMITMENTS[nth] for nth in chosen), words.IMPOSED):
        dimension, text, standard, unit, least, most, last = row
        is_imposed = row is words.IMPOSED
        yield {"dimension": dimension, "text": text, "standard": standard, "unit": unit, "is_imposed": is_imposed,
               "legal_basis": last if is_imposed else None, "is_major": last is True,
               **_amounts(year, least, most, rng)}


def _amounts(year: int, least: int, most: int, rng: Random) -> dict:
    """A target, its deadline, and the quarters until then, which add up to it; the last takes what is left over."""
    target, (month, day) = rng.randint(least, most), rng.choice(_DEADLINES)
    last = (month - 1) // 3
    share = target // (last + 1)
    shares = [share] * last + [target - share * last] + [0] * (3 - last)
    return {"target_hundredths": 100 * target, "due_on": date(year, month, day),
            "quarters": [{"hundredths": 100 * amount or None, "text": None} for amount in shares]}


def _accept(drawer: Drawer, county: County, village_id: int, township_id: int, ids: tuple[UUID, UUID], item: dict,
            rng: Random) -> None:
    """What the village reported as completed, what the office found, and what it decided."""
    today = shanghai_day(county.as_of)
    town, committee = county.people.township(township_id), county.people.committee(village_id)
    (line_id, item_id), due_on, since_on = ids, item["due_on"], item["due_on"] + timedelta(days=1)
    if rng.random() < _COMPLETED:
        since_on = due_on - timedelta(days=rng.randint(0, 25))
        at = start_of_day(since_on) + timedelta(hours=17)
        if at <= county.as_of:
            drawer.add(Completion, id=new_id(rng), line_id=line_id, completed_on=since_on, user_id=committee, at=at,
                       note=rng.choice(words.COMPLETIONS), received_at=at, content_hash=NO_HASH)
    inspected_on = since_on + timedelta(days=rng.randint(1, 9))
    if inspected_on >= today or rng.random() > _INSPECTED:
        return
    verdict = rng.choices(("met", "partly", "not_met"), (84, 11, 5))[0]
    share = {"met": 1, "partly": 0.7, "not_met": 0.1}[verdict]
    findings = {"met": words.FINDINGS_MET, "partly": words.FINDINGS_PARTLY, "not_met": words.FINDINGS_NOT_MET}[verdict]
    own, at = new_id(rng), start_of_day(inspected_on) + timedelta(hours=15)
    confirmed, archived = at + timedelta(days=2), at + timedelta(days=9)
    reached = [("inspected", at)]
    if rng.random() < _CONFIRMED or due_on.year < today.year:
        reached += [(state, when) for state, when in (("confirmed", confirmed), ("archived", archived))
                    if when <= county.as_of]
    is_confirmed = len(reached) > 1
    survey = {group: {"satisfied": 14, "basically": rng.randint(2, 6), "dissatisfied": 1, "unknown": 0}
              for group in ("party_members", "representatives")} if item["is_major"] else None
    drawer.add(Acceptance, id=own, line_id=line_id, item_id=item_id, village_id=village_id, inspected_on=inspected_on,
               place="村内现场", verdict=verdict, findings=rng.choice(findings), survey=survey, state=reached[-1][0],
               measured_hundredths=round(item["target_hundredths"] * share / 100) * 100,
               final_verdict=verdict if is_confirmed else None, confirmed_at=confirmed if is_confirmed else None,
               entered_by_id=town, entered_at=at, changed_at=reached[-1][1], version=len(reached),
               content_hash=NO_HASH)
    first = (township_id - FIRST_TOWNSHIP) * len(words.ASSESSORS) + 1
    for place in rng.sample(range(len(words.ASSESSORS)), 2):
        drawer.add(AcceptanceAssessor, acceptance_id=own, assessor_id=first + place)
    names = [name for name, _post, _unit in words.ASSESSORS[:4]]
    steps = [("surveyed", at, survey)] if survey else []
    steps += [(state, when, {"held_on": shanghai_day(when).isoformat(), "present": names, "verdict": verdict}
               if state == "confirmed" else {}) for state, when in reached[1:]]
    for number, (step, when, details) in enumerate(steps, 1):
        drawer.add(AcceptanceStep, id=new_id(rng), acceptance_id=own, number=number, step=step, at=when,
                   user_id=county.people.county if step == "confirmed" else town, details=details,
                   content_hash=NO_HASH)
