"""What the two tellers of a vote count, each for himself: equal, or counted again; neither sees the other's numbers."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.db import dialect_insert
from api.errors import Conflict, IdReused, NotFound, Unprocessable
from api.postings.divisions_service import refs
from api.postings.roster_service import cadre_names
from api.ratings.codes_rules import code_hash, code_of
from api.ratings.vote_entry_service import record
from api.ratings.vote_models import AssessedVote, TellerCount, VoteGroup, VoteSubject, VoteTeller
from api.ratings.votes_rules import SHOWN, count_problems, next_state


def paper_of(session: Session, *, code: str, now: datetime) -> dict:
    """What the teller with this code has to count, and where the vote stands for him.

    `state`: to_count, waiting (for the other), agreed. NotFound (teller_code) for a code that nobody has, one that was
    replaced, one whose day is over and one of an annulled vote: all look the same.
    """
    teller, vote = _teller(session, code, now)
    cadre_ids = session.scalars(select(VoteSubject.cadre_id).where(VoteSubject.vote_id == vote.id)
                                .order_by(VoteSubject.cadre_id)).all()
    names = cadre_names(session, cadre_ids)
    return {"village": refs(session, [vote.village_id])[vote.village_id], "held_on": vote.held_on,
            "place": vote.place, "number": teller.number, "name": teller.name, "round": vote.round,
            "state": _state(session, vote, teller.number), "present": _present(session, vote.id),
            "has_headings": vote.has_headings,
            "subjects": [{"id": cadre_id, "name": names[cadre_id]} for cadre_id in cadre_ids]}


def enter_count(session: Session, *, id: UUID, code: str, round: int, issued: int, returned: int, void: int,
                subjects: list[dict], content_hash: bytes, now: datetime) -> tuple[str, bool]:
    """What a teller counted in a round; answers (waiting | agreed | differs, whether it is new). Exactly once per id.

    The second of a round is compared with the first: equal they are the result, else both are kept, nobody is shown
    anything and both count again. Raises NotFound (teller_code), Unprocessable with the line that does not add up,
    Conflict (counted_already, count_round), IdReused.
    """
    _teller(session, code, now)
    # Both tellers take turns here: the second one's transaction sees what the first one counted.
    teller, vote = _teller(session, code, now, lock=True)
    held = session.get(TellerCount, id)
    if held is not None:
        if (held.vote_id, held.number, held.content_hash) != (vote.id, teller.number, content_hash):
            raise IdReused()
        return _outcome(vote, held.round), False
    counts = _counts(issued=issued, returned=returned, void=void, subjects=subjects)
    if vote.state != "counting" or _has_counted(session, vote, teller.number) and round == vote.round:
        raise Conflict("counted_already")
    if round != vote.round:
        raise Conflict("count_round")
    _check(session, vote, counts)
    created = session.execute(dialect_insert(session, TellerCount).values(
        id=id, vote_id=vote.id, round=vote.round, number=teller.number, counts=counts, at=now,
        content_hash=content_hash).on_conflict_do_nothing().returning(TellerCount.id)).scalar()
    if created is None:
        raise Conflict("counted_already")
    _compare(session, vote, now=now)
    return _outcome(vote, round), True


def _compare(session: Session, vote: AssessedVote, *, now: datetime) -> None:
    found = session.scalars(select(TellerCount).where(
        TellerCount.vote_id == vote.id, TellerCount.round == vote.round).order_by(TellerCount.number)).all()
    if len(found) < 2:
        return
    village = refs(session, [vote.village_id])[vote.village_id]
    vote.version += 1
    if found[0].counts == found[1].counts:
        vote.state, vote.counts, vote.counted_at = next_state(vote.state, "counted"), found[0].counts, now
        record(session, vote, village, action="vote.counted", identity=None, now=now, details={"round": vote.round})
    else:
        vote.round += 1
        record(session, vote, village, action="vote.differed", identity=None, now=now, details={"round": vote.round})
    session.flush()


def _teller(session: Session, typed: str, now: datetime, *, lock: bool = False) -> tuple[VoteTeller, AssessedVote]:
    code = code_of(typed)
    teller = code and session.scalar(select(VoteTeller).where(VoteTeller.token_hash == code_hash(code))
                                     .execution_options(populate_existing=True))
    if not teller or teller.expires_at <= now:
        raise NotFound("teller_code")
    vote = session.get(AssessedVote, teller.vote_id, with_for_update=lock, populate_existing=True)
    if vote.state not in ("counting", *SHOWN):
        raise NotFound("teller_code")
    if lock:
        # While this waited for its turn the codes may have been made anew.
        return _teller(session, typed, now)
    return teller, vote


def _state(session: Session, vote: AssessedVote, number: int) -> str:
    if vote.state != "counting":
        return "agreed"
    return "waiting" if _has_counted(session, vote, number) else "to_count"


def _outcome(vote: AssessedVote, round: int) -> str:
    """What became of a count of a round, as it stands now."""
    if round < vote.round:
        return "differs"
    return "waiting" if vote.state == "counting" else "agreed"


def _has_counted(session: Session, vote: AssessedVote, number: int) -> bool:
    return session.scalar(select(TellerCount.id).where(
        TellerCount.vote_id == vote.id, TellerCount.round == vote.round, TellerCount.number == number)) is not None


def _present(session: Session, vote_id: UUID) -> int:
    return sum(session.scalars(select(VoteGroup.present).where(VoteGroup.vote_id == vote_id)))


def _counts(*, issued: int, returned: int, void: int, subjects: list[dict]) -> dict:
    """As they are kept and compared: by cadre, whatever the order in which they were sent."""
    if len({one["cadre_id"] for one in subjects}) < len(subjects):
        raise Unprocessable("count_subjects")
    ordered = sorted(subjects, key=lambda one: one["cadre_id"])
    return {"issued": issued, "returned": returned, "void": void, "subjects": {
        str(one["cadre_id"]): {"overall": one["grades"], "abstained": one["abstained"], "headings": one["headings"]}
        for one in ordered}}


def _check(session: Session, vote: AssessedVote, counts: dict) -> None:
    cadre_ids = session.scalars(select(VoteSubject.cadre_id).where(VoteSubject.vote_id == vote.id)).all()
    problems = count_problems(counts, present=_present(session, vote.id), voted_on=cadre_ids,
                              has_headings=vote.has_headings)
    if problems:
        first = problems[0]
        name = first.cadre_id and cadre_names(session, [first.cadre_id])[first.cadre_id]
        raise Unprocessable(first.reason, name=name, found=first.found, wanted=first.wanted)
