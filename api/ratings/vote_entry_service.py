"""Enters assessed votes before the meeting: who votes on whom, who counts; and the duty reports of those voted on."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from api import audit
from api.auth import Identity, new_token, token_hash
from api.db import dialect_insert
from api.errors import Conflict, Forbidden, IdReused, NotFound, Unprocessable
from api.postings.divisions_service import DivisionRef, audit_chain, division_by_code
from api.postings.models import Division, Posting, PostingVillage
from api.postings.policies_service import policy_book
from api.postings.roster_service import cadre_names, posted_between
from api.ratings.vote_models import AssessedVote, VoteGroup, VoteSubject, VoteTeller
from api.ratings.votes_rules import groups_problem, next_state, people_problem, report_problem
from api.ratings.votes_service import HOLDERS, VoteView, is_voted_on, visible_vote, vote_views


def enter_vote(session: Session, *, identity: Identity, id: UUID, village_code: str, held_on: date, place: str,
               presided_by: str, groups: Sequence[dict], cadre_ids: Sequence[int], tellers: Sequence[str],
               content_hash: bytes, now: datetime) -> tuple[VoteView, bool]:
    """Prepare a vote of a village on cadres who are posted there on the day; exactly once per id.

    Whether the paper has the five headings is the policy of the day. Raises NotFound for a village out of reach,
    Forbidden (own_record) for who is voted on, Unprocessable (cadre_not_posted_there, vote_group_twice,
    vote_more_present, vote_nobody_expected, tellers_same, teller_voted_on, teller_presides), IdReused.
    """
    village = division_by_code(session, village_code)
    if village.level != "village" or not identity.may(village.path, *HOLDERS):
        raise NotFound("division_not_found", code=village_code)
    vote, created = session.get(AssessedVote, id), False
    if vote is None:
        _check(session, identity, village, held_on=held_on, presided_by=presided_by, groups=groups,
               cadre_ids=cadre_ids, tellers=tellers)
        created = session.execute(dialect_insert(session, AssessedVote).values(
            id=id, village_id=village.id, held_on=held_on, place=place, presided_by=presided_by,
            has_headings=_has_headings(session, village, held_on), state="prepared", round=1,
            entered_by_id=identity.user_id, entered_at=now, version=1, content_hash=content_hash)
            .on_conflict_do_nothing().returning(AssessedVote.id)).scalar() is not None
        vote = session.get(AssessedVote, id)
        if created:
            _write_parts(session, id, groups=groups, cadre_ids=cadre_ids, tellers=tellers, now=now)
            record(session, vote, village, action="vote.entered", identity=identity, now=now,
                   details={"held_on": held_on.isoformat(), "cadres": sorted(set(cadre_ids))})
    if (vote.entered_by_id, vote.content_hash) != (identity.user_id, content_hash):
        raise IdReused()
    return vote_views(session, [vote], identity=identity)[0], created


def change_vote(session: Session, *, identity: Identity, vote: AssessedVote, held_on: date, place: str,
                presided_by: str, groups: Sequence[dict], cadre_ids: Sequence[int], tellers: Sequence[str],
                now: datetime) -> VoteView:
    """Change a vote before its counting opens, such as how many came; reports of cadres who stay are kept.

    Raises as `enter_vote`, and Conflict (vote_state).
    """
    if next_state(vote.state, "changed") is None:
        raise Conflict("vote_state")
    village = session.get(Division, vote.village_id)
    _check(session, identity, village, held_on=held_on, presided_by=presided_by, groups=groups, cadre_ids=cadre_ids,
           tellers=tellers)
    vote.held_on, vote.place, vote.presided_by = held_on, place, presided_by
    vote.has_headings = _has_headings(session, village, held_on)
    vote.version += 1
    for model in (VoteGroup, VoteTeller):
        session.execute(delete(model).where(model.vote_id == vote.id))
    session.execute(delete(VoteSubject).where(VoteSubject.vote_id == vote.id, VoteSubject.cadre_id.not_in(cadre_ids)))
    held = set(session.scalars(select(VoteSubject.cadre_id).where(VoteSubject.vote_id == vote.id)))
    _write_parts(session, vote.id, groups=groups, cadre_ids=[one for one in cadre_ids if one not in held],
                 tellers=tellers, now=now)
    record(session, vote, village, action="vote.changed", identity=identity, now=now,
           details={"held_on": held_on.isoformat(), "cadres": sorted(set(cadre_ids))})
    return vote_views(session, [vote], identity=identity)[0]


def report_to_write(session: Session, *, identity: Identity, vote_id: UUID, cadre_id: int
                    ) -> tuple[AssessedVote, VoteSubject]:
    """The duty report that the user may write: the own one, or as one who holds the vote and is not voted on."""
    vote = visible_vote(session, identity=identity, vote_id=vote_id, lock=True)
    subject = session.get(VoteSubject, (vote_id, cadre_id))
    is_own = subject is not None and cadre_id == identity.cadre_id
    if subject is None or not is_own and is_voted_on(session, identity=identity, vote_id=vote_id):
        raise NotFound()
    if not is_own and not identity.may(session.get(Division, vote.village_id).path, *HOLDERS):
        raise NotFound()
    return vote, subject


def write_report(session: Session, *, identity: Identity, vote: AssessedVote, subject: VoteSubject, text: str,
                 now: datetime) -> VoteView:
    """Enter or change a duty report; the same text again changes nothing.

    Raises Conflict (vote_state, duty_report_given): what the voters heard is not rewritten afterwards.
    """
    if subject.duty_report != text:
        problem = report_problem(state=vote.state, has_report=subject.duty_report is not None)
        if problem is not None:
            raise Conflict(problem)
        subject.duty_report, subject.reported_at = text, now
        subject.version += 1
        if subject.cadre_id != identity.cadre_id:
            record(session, vote, session.get(Division, vote.village_id), action="vote.report_entered",
                   identity=identity, now=now, details={"cadre": subject.cadre_id})
    session.flush()
    return vote_views(session, [vote], identity=identity)[0]


def record(session: Session, vote: AssessedVote, village: Division | DivisionRef, *, action: str,
           identity: Identity | None, now: datetime, details: dict) -> None:
    """Note in the log what was done with a vote; never what was counted."""
    audit.append(session, chain=audit_chain(village), at=now, user_id=identity and identity.user_id, action=action,
                 subject=f"vote:{vote.id}", details={"village": village.code, **details})


def _check(session: Session, identity: Identity, village: Division, *, held_on: date, presided_by: str,
           groups: Sequence[dict], cadre_ids: Sequence[int], tellers: Sequence[str]) -> None:
    if identity.cadre_id in cadre_ids:
        raise Forbidden("own_record")
    further = select(PostingVillage.posting_id).where(PostingVillage.village_id == village.id)
    posted = set(session.scalars(select(Posting.cadre_id).where(
        Posting.cadre_id.in_(cadre_ids), or_(Posting.village_id == village.id, Posting.id.in_(further)),
        posted_between(held_on, held_on))))
    if posted != set(cadre_ids):
        raise Unprocessable("cadre_not_posted_there")
    names = cadre_names(session, cadre_ids).values()
    problem = groups_problem(groups) or people_problem(presided_by=presided_by, tellers=tellers, voted_on=names)
    if problem is not None:
        raise Unprocessable(problem)


def _has_headings(session: Session, village: Division, day: date) -> bool:
    return policy_book(session, "vote_headings").value("vote_headings", village.path, day) == "five"


def _write_parts(session: Session, vote_id: UUID, *, groups: Sequence[dict], cadre_ids: Sequence[int],
                 tellers: Sequence[str], now: datetime) -> None:
    session.add_all(VoteGroup(vote_id=vote_id, **group) for group in groups)
    session.add_all(VoteSubject(vote_id=vote_id, cadre_id=cadre_id) for cadre_id in dict.fromkeys(cadre_ids))
    # A teller's code is made when the counting opens; until then nothing that anybody knows opens it.
    session.add_all(VoteTeller(vote_id=vote_id, number=number, name=name, token_hash=token_hash(new_token()),
                               expires_at=now) for number, name in enumerate(tellers, start=1))
    session.flush()
