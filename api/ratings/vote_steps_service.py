"""What happens with a vote at the meeting and after it: the counting opens, it is read out, signed, or annulled."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import segno
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.auth import Identity
from api.dates import shanghai_day
from api.errors import Conflict, Forbidden, Unprocessable
from api.photos import records_service
from api.postings.divisions_service import refs
from api.postings.models import Division
from api.postings.policies_service import policy_book
from api.ratings.codes_rules import code_hash, groups
from api.ratings.codes_service import new_code
from api.ratings.vote_entry_service import record
from api.ratings.vote_models import AssessedVote, VoteGroup, VoteTeller
from api.ratings.votes_rules import next_state, opening_problem, quorum, signing_problem
from api.ratings.votes_service import VoteView, vote_views

# They count at the meeting; a village that needs longer has the codes made anew.
CODES_HOLD = timedelta(hours=24)


def open_counting(session: Session, *, identity: Identity, vote: AssessedVote, origin: str, now: datetime
                  ) -> list[dict]:
    """Let the two tellers count: the code of each, told this once; again makes new codes and the old ones void.

    What a teller has counted in this round stays. Raises Conflict (vote_state, vote_to_come, vote_quorum).
    """
    problem = opening_problem(state=vote.state, held_on=vote.held_on, today=shanghai_day(now))
    if problem is not None:
        raise Conflict(problem)
    village = session.get(Division, vote.village_id)
    rule = policy_book(session, "vote_quorum").value("vote_quorum", village.path, vote.held_on)
    came = quorum([{"expected": group.expected, "present": group.present} for group in session.scalars(
        select(VoteGroup).where(VoteGroup.vote_id == vote.id))], rule)
    if not came.is_met:
        raise Conflict("vote_quorum", present=came.present, needed=came.needed)
    vote.state = next_state(vote.state, "counting_opened")
    vote.version += 1
    opened = [_new_code(teller, origin=origin, now=now) for teller in session.scalars(
        select(VoteTeller).where(VoteTeller.vote_id == vote.id).order_by(VoteTeller.number))]
    record(session, vote, village, action="vote.counting_opened", identity=identity, now=now,
           details={"present": came.present, "expected": came.expected, "round": vote.round})
    return opened


def read_out(session: Session, *, identity: Identity, vote: AssessedVote, now: datetime) -> VoteView:
    """Note that the result was read out at the meeting; a second time changes nothing. Raises Conflict (vote_state)."""
    if vote.state != "read_out":
        _move(vote, "read_out")
        vote.read_out_at = now
        _note(session, vote, action="vote.read_out", identity=identity, now=now, details={})
    return vote_views(session, [vote], identity=identity)[0]


def sign(session: Session, *, identity: Identity, vote: AssessedVote, signed_on: date, minutes: str | None,
         photos: Sequence[str], now: datetime) -> VoteView:
    """Note that presider and tellers signed, with the minutes and photos of the paper; the same again is safe.

    Raises Conflict (vote_state), Unprocessable (vote_signed_when).
    """
    if (vote.state, vote.signed_on, vote.minutes) != ("signed", signed_on, minutes):
        problem = signing_problem(state=vote.state, held_on=vote.held_on, signed_on=signed_on, today=shanghai_day(now))
        if problem is not None:
            raise (Conflict if problem == "vote_state" else Unprocessable)(problem)
        _move(vote, "signed")
        vote.signed_on, vote.minutes = signed_on, minutes
        records_service.attach(session, kind="vote", record_id=vote.id, hashes=list(photos), now=now)
        _note(session, vote, action="vote.signed", identity=identity, now=now,
              details={"signed_on": signed_on.isoformat()})
    return vote_views(session, [vote], identity=identity)[0]


def annul(session: Session, *, identity: Identity, vote: AssessedVote, reason: str, now: datetime) -> VoteView:
    """Annul a vote for a reason that is kept; one that was signed only from above. The same again is safe.

    What was counted is kept and shown no more. Raises Conflict (vote_state), Forbidden (vote_signed).
    """
    if (vote.state, vote.annulled_reason) != ("annulled", reason):
        village = session.get(Division, vote.village_id)
        if vote.state == "signed" and not identity.may(village.path, "supervisor"):
            raise Forbidden("vote_signed")
        _move(vote, "annulled")
        vote.annulled_reason = reason
        _note(session, vote, action="vote.annulled", identity=identity, now=now, details={"reason": reason})
    return vote_views(session, [vote], identity=identity)[0]


def _new_code(teller: VoteTeller, *, origin: str, now: datetime) -> dict:
    code = new_code()
    teller.token_hash, teller.expires_at = code_hash(code), now + CODES_HOLD
    # Behind the stroke, so that it is in no log of any server on the way.
    url = f"{origin}/tally/#{code}"
    return {"number": teller.number, "name": teller.name, "url": url, "code_groups": groups(code),
            "qr_svg_data_uri": segno.make(url, error="m").svg_data_uri(scale=6, border=4)}


def _move(vote: AssessedVote, step: str) -> None:
    state = next_state(vote.state, step)
    if state is None:
        raise Conflict("vote_state")
    vote.state = state
    vote.version += 1


def _note(session: Session, vote: AssessedVote, *, action: str, identity: Identity, now: datetime, details: dict
          ) -> None:
    session.flush()
    record(session, vote, refs(session, [vote.village_id])[vote.village_id], action=action, identity=identity,
           now=now, details=details)
