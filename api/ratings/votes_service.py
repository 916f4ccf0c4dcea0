"""Assessed votes as their readers may see them: no number of a count before both tellers agree (A8.7).

Besides what an assessment may ask: nothing else of this slice is for it to read.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from api.auth import Identity
from api.errors import Forbidden, NotFound
from api.photos import records_service
from api.photos.records_service import RecordPhotoView
from api.postings.access_service import reach_of
from api.postings.account_models import User
from api.postings.divisions_service import DivisionRef, below, division_by_code, refs
from api.postings.models import Division
from api.postings.policies_service import policy_book
from api.postings.roster_service import cadre_names
from api.ratings.vote_models import AssessedVote, TellerCount, VoteGroup, VoteSubject, VoteTeller
from api.ratings.votes_rules import HEARD, SHOWN, ballots, next_state, quorum, report_problem, result
from api.vocabulary import VOTE_GROUPS

# Who holds votes: the division above, or the village itself.
HOLDERS = ("supervisor", "village")


@dataclass(frozen=True)
class VoteView:
    """A vote as one reader sees it; `is_whole` for those who hold it, else the part of the cadre who is voted on."""

    vote: AssessedVote
    village: DivisionRef
    is_whole: bool
    is_own: bool
    is_above: bool
    groups: list[dict]
    quorum: dict
    subjects: list[dict]
    tellers: list[dict]
    entered_by: dict | None
    photos: list[RecordPhotoView]

    @property
    def ballots(self) -> dict | None:
        return ballots(self.vote.counts) if self.vote.counts and self.shows_result else None

    @property
    def shows_result(self) -> bool:
        return self.vote.state in (SHOWN if self.is_whole else HEARD)

    @property
    def minutes(self) -> str | None:
        return self.vote.minutes if self.is_whole else None

    @property
    def may_change(self) -> bool:
        return self._may("changed")

    @property
    def may_open(self) -> bool:
        return self._may("counting_opened")

    @property
    def may_read_out(self) -> bool:
        return self._may("read_out")

    @property
    def may_sign(self) -> bool:
        return self._may("signed")

    @property
    def may_annul(self) -> bool:
        return self._may("annulled") and (self.is_above or self.vote.state != "signed")

    def _may(self, step: str) -> bool:
        return self.is_whole and next_state(self.vote.state, step) is not None

    def __getattr__(self, name: str):
        return getattr(self.vote, name)


def list_votes(session: Session, *, identity: Identity, code: str | None = None, state: str | None = None,
               page: int = 1, page_size: int = 50) -> tuple[list[VoteView], int]:
    """The votes that a user may see, the latest first, then by division; and how many there are.

    Raises NotFound for a division out of reach.
    """
    query = select(AssessedVote).join(Division, Division.id == AssessedVote.village_id).where(_seen(identity))
    if code is not None:
        division = division_by_code(session, code)
        if not identity.may(division.path, *HOLDERS, "cadre"):
            raise NotFound("division_not_found", code=code)
        query = query.where(below(division.path))
    if state is not None:
        query = query.where(AssessedVote.state == state)
    count = session.scalar(select(func.count()).select_from(query.subquery()))
    found = query.order_by(AssessedVote.held_on.desc(), Division.code, AssessedVote.id)
    rows = list(session.scalars(found.offset((page - 1) * page_size).limit(page_size)))
    return vote_views(session, rows, identity=identity), count


def visible_vote(session: Session, *, identity: Identity, vote_id: UUID, lock: bool = False) -> AssessedVote:
    """A vote that the user may see; NotFound for all others. `lock` where it is about to change."""
    vote = session.get(AssessedVote, vote_id, with_for_update=lock, populate_existing=True)
    seen = select(AssessedVote.id).join(Division, Division.id == AssessedVote.village_id).where(
        AssessedVote.id == vote_id, _seen(identity))
    if vote is None or session.scalar(seen) is None:
        raise NotFound()
    return vote


def vote_to_hold(session: Session, *, identity: Identity, vote_id: UUID, lock: bool = True) -> AssessedVote:
    """A vote that the user may take on. Forbidden (own_record) for those voted on, whatever their grants.

    `lock` where it is about to change; whoever only prints it must not.
    """
    vote = visible_vote(session, identity=identity, vote_id=vote_id, lock=lock)
    if is_voted_on(session, identity=identity, vote_id=vote_id):
        raise Forbidden("own_record")
    if not identity.may(session.get(Division, vote.village_id).path, *HOLDERS):
        raise Forbidden()
    return vote


def is_voted_on(session: Session, *, identity: Identity, vote_id: UUID) -> bool:
    return identity.cadre_id is not None and session.get(VoteSubject, (vote_id, identity.cadre_id)) is not None


def may_see_photo(session: Session, *, identity: Identity, record_id: UUID) -> bool:
    """Whether the user may see the vote whose signed paper a photo shows: as one of those who hold it."""
    vote = session.get(AssessedVote, record_id)
    return (vote is not None and not is_voted_on(session, identity=identity, vote_id=record_id)
            and identity.may(session.get(Division, vote.village_id).path, *HOLDERS))


def vote_views(session: Session, votes: list[AssessedVote], *, identity: Identity) -> list[VoteView]:
    """Votes as answers show them to a user, in a handful of queries whatever their number."""
    ids = [vote.id for vote in votes]
    villages = refs(session, (vote.village_id for vote in votes))
    subjects = _of_votes(session, VoteSubject, ids, VoteSubject.cadre_id)
    groups, tellers = _of_votes(session, VoteGroup, ids), _of_votes(session, VoteTeller, ids, VoteTeller.number)
    counted = set(session.execute(select(TellerCount.vote_id, TellerCount.round, TellerCount.number)
                                  .where(TellerCount.vote_id.in_(ids))))
    names = cadre_names(session, (one.cadre_id for found in subjects.values() for one in found))
    users = dict(session.execute(select(User.id, User.name).where(
        User.id.in_({vote.entered_by_id for vote in votes}))).all())
    book, photos = policy_book(session, "vote_quorum"), records_service.photos_of(session, ids)

    def view(vote: AssessedVote) -> VoteView:
        village = villages[vote.village_id]
        is_own = any(one.cadre_id == identity.cadre_id for one in subjects[vote.id])
        is_whole = not is_own and identity.may(village.path, *HOLDERS)
        shown = {group.voters: {"voters": group.voters, "expected": group.expected, "present": group.present}
                 for group in groups[vote.id]}
        came = [shown[name] for name in VOTE_GROUPS if name in shown]
        rule = book.rule("vote_quorum", village.path, vote.held_on)
        enough = quorum(came, rule.value)
        return VoteView(
            vote=vote, village=village, is_whole=is_whole, is_own=is_own,
            is_above=identity.may(village.path, "supervisor"), groups=came,
            quorum={"present": enough.present, "expected": enough.expected, "needed": enough.needed,
                    "is_met": enough.is_met, "rule": rule.value, "source": rule.source},
            subjects=[_subject(one, vote, name=names[one.cadre_id], is_whole=is_whole, identity=identity)
                      for one in subjects[vote.id] if is_whole or one.cadre_id == identity.cadre_id],
            tellers=[{"number": one.number, "name": one.name,
                      "has_counted": (vote.id, vote.round, one.number) in counted}
                     for one in tellers[vote.id]] if is_whole else [],
            entered_by={"id": vote.entered_by_id, "name": users[vote.entered_by_id]} if is_whole else None,
            photos=photos[vote.id] if is_whole else [])

    return [view(vote) for vote in votes]


def results_of(session: Session, *, cadre_ids: Iterable[int], first: date, last: date) -> list[dict]:
    """What signed votes of a period came to, for an assessment: {cadre_id, vote_id, held_on, ballots, result}.

    Only what was signed at the end: until then it may be annulled, and afterwards only with a reason.
    """
    found = session.execute(
        select(AssessedVote, VoteSubject.cadre_id).join(VoteSubject, VoteSubject.vote_id == AssessedVote.id)
        .where(VoteSubject.cadre_id.in_(sorted(set(cadre_ids))), AssessedVote.state == "signed",
               AssessedVote.held_on.between(first, last)).order_by(AssessedVote.held_on, AssessedVote.id))
    return [{"cadre_id": cadre_id, "vote_id": vote.id, "held_on": vote.held_on, "ballots": ballots(vote.counts),
             "result": result(vote.counts, cadre_id)} for vote, cadre_id in found]


def _seen(identity: Identity) -> ColumnElement[bool]:
    """The condition that a user may see a vote; `Division` is its village."""
    own = select(VoteSubject.vote_id).where(VoteSubject.cadre_id == identity.cadre_id)
    return or_(reach_of(identity, *HOLDERS), AssessedVote.id.in_(own))


def _subject(one: VoteSubject, vote: AssessedVote, *, name: str, is_whole: bool, identity: Identity) -> dict:
    shows = vote.counts is not None and vote.state in (SHOWN if is_whole else HEARD)
    problem = report_problem(state=vote.state, has_report=one.duty_report is not None)
    return {"cadre": {"id": one.cadre_id, "name": name}, "duty_report": one.duty_report,
            "reported_at": one.reported_at, "version": one.version,
            "may_report": problem is None and (is_whole or one.cadre_id == identity.cadre_id),
            "result": result(vote.counts, one.cadre_id) if shows else None}


def _of_votes(session: Session, model, ids: list[UUID], *order) -> dict[UUID, list]:
    found: dict[UUID, list] = {id: [] for id in ids}
    for row in session.scalars(select(model).where(model.vote_id.in_(ids)).order_by(model.vote_id, *order)):
        found[row.vote_id].append(row)
    return found
