"""Lets some of the demo's villages hold a vote on their cadre, so that there is one in each state."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.auth import Identity
from api.dates import shanghai_day, start_of_day
from api.demo_leave_rules import new_id
from api.demo_people_rules import People
from api.http import content_hash
from api.postings.models import Division, Posting
from api.ratings import tellers_service, vote_entry_service, vote_steps_service
from api.ratings.vote_models import AssessedVote, VoteSubject
from api.vocabulary import VOTE_GRADES, VOTE_HEADINGS

# (days ago, state); in the order of the villages' codes.
_COURSES = ((21, "signed"), (14, "signed"), (3, "read_out"), (1, "counted"), (0, "counting"), (-6, "prepared"),
            (10, "annulled"))
_GROUPS = (("committee_members", 7, 7), ("villagers_representatives", 28, 23), ("party_members", 19, 15))
_TELLERS = ("吴代芬", "安世贵")
_PRESIDER = "冉监委"
_PLACE = "村委会大院"
_REPORT = ("一年来吃住在村，走访农户，记下群众反映的事，一件一件有着落。\n修通组道路、饮水管护两件承诺事项已经办完。\n"
           "不足：产业发展办法不多，明年请大家继续监督。")
_MINUTES = f"{_PRESIDER}主持，驻村干部述职，到会人员无记名投票。\n两位计票人分别计票，数字一致，当场宣读。"
_REASON = "到会人数登记有误，改期重开。"
_ORIGIN = "http://127.0.0.1:8000"


def hold_votes(session: Session, *, people: People, identity: Callable[[str], Identity], seed: int, as_of: datetime
               ) -> None:
    """Votes of as many villages as there are courses, each as its committee held it."""
    rng, today = Random(f"{seed} {as_of.date()} votes"), shanghai_day(as_of)
    since = today - timedelta(days=max(ago for ago, _state in _COURSES))
    found = session.execute(
        select(Division, Posting.cadre_id).join(Posting, Posting.village_id == Division.id)
        .where(Posting.from_on <= since, Posting.to_on.is_(None)).order_by(Division.code, Posting.cadre_id)).all()
    villages = {village.code: (village, cadre_id) for village, cadre_id in reversed(found)}
    # From the far end of the codes: the first villages show enough already.
    chosen = [villages[code] for code in sorted(villages, reverse=True)]
    for (village, cadre_id), (ago, state) in zip(chosen, _COURSES, strict=False):
        at = min(start_of_day(today - timedelta(days=ago)) + timedelta(hours=10), as_of)
        _hold(session, village, cadre_id, identity(people.committee_of[village.code]), rng, state=state, at=at,
              held_on=today - timedelta(days=ago))


def _hold(session: Session, village: Division, cadre_id: int, committee: Identity, rng: Random, *, state: str,
          at: datetime, held_on: date) -> None:
    content = {"village_code": village.code, "held_on": held_on, "place": _PLACE, "presided_by": _PRESIDER,
               "groups": [{"voters": voters, "expected": expected, "present": present}
                          for voters, expected, present in _GROUPS],
               "cadre_ids": [cadre_id], "tellers": list(_TELLERS)}
    view, _created = vote_entry_service.enter_vote(session, identity=committee, id=new_id(rng), now=at,
                                                   content_hash=content_hash(content), **content)
    vote = session.get(AssessedVote, view.vote.id)
    vote_entry_service.write_report(session, identity=committee, vote=vote, now=at, text=_REPORT,
                                    subject=session.get(VoteSubject, (vote.id, cadre_id)))
    if state == "prepared":
        return
    tellers = vote_steps_service.open_counting(session, identity=committee, vote=vote, origin=_ORIGIN, now=at)
    if state == "annulled":
        vote_steps_service.annul(session, identity=committee, vote=vote, reason=_REASON, now=at)
        return
    counts = _counts(cadre_id, rng)
    for teller in tellers[:1 if state == "counting" else 2]:
        tellers_service.enter_count(session, id=new_id(rng), code="".join(teller["code_groups"]), round=1, now=at,
                                    content_hash=content_hash(counts), **counts)
    if state in ("read_out", "signed"):
        vote_steps_service.read_out(session, identity=committee, vote=vote, now=at)
    if state == "signed":
        vote_steps_service.sign(session, identity=committee, vote=vote, signed_on=held_on, minutes=_MINUTES, photos=(),
                                now=at)


def _counts(cadre_id: int, rng: Random) -> dict:
    """What both tellers count: a few papers void, a few boxes left empty."""
    present = sum(came for _voters, _expected, came in _GROUPS)
    void, abstained = rng.randint(0, 2), rng.randint(0, 2)
    valid = present - 1 - void
    return {"issued": present, "returned": present - 1, "void": void, "subjects": [{
        "cadre_id": cadre_id, "grades": _grades(valid - abstained, rng), "abstained": abstained,
        "headings": {heading: _grades(valid - rng.randint(0, 3), rng) for heading in VOTE_HEADINGS}}]}


def _grades(count: int, rng: Random) -> dict:
    excellent = count * rng.randint(45, 75) // 100
    basic, incompetent = rng.randint(0, 3), rng.randint(0, 1)
    return dict(zip(VOTE_GRADES, (excellent, count - excellent - basic - incompetent, basic, incompetent), strict=True))
