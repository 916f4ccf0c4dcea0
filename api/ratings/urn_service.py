"""The urn: takes ballots in, keeps nothing that says whose they are, is emptied and shuffled.

A ballot is four kinds of rows in one transaction: the card is spent, the answers are counted, the day's ballots are
counted, the text is sealed. No row refers to another. What the databases themselves remember of rows that were written
together goes with every shuffle.
"""

import random
from collections.abc import Sequence
from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import and_, delete, exists, insert, literal, select, update
from sqlalchemy import text as sql
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from api import sealed_box
from api.db import dialect_insert
from api.errors import Internal, Unavailable, Unprocessable
from api.ratings.ballot_models import BallotCount, HouseholdCode, ParticipationDay, SealedText, SpentCode
from api.ratings.ballots_rules import HOUSEHOLD, WAYS, attempt_hash, chosen, misfits, open_ballot_hash
from api.ratings.campaign_models import CampaignVillage, CodeBatch, RatingCampaign
from api.ratings.cards_service import Card, CardUnusable, good_card, hash_of, takes_ballots

# The tables in the order in which a ballot comes to them. Whoever locks all of them does it in this order too: then a
# ballot that is on its way is waited for, and the next one waits.
TABLES = (SpentCode, BallotCount, ParticipationDay, SealedText)
# Whoever shuffles and whoever makes a backup keep out of each other's way by this lock of PostgreSQL: a backup's
# snapshot would miss the rows of a table that was rewritten meanwhile.
SHUFFLE_LOCK = 20_260_601
LOCK_WAIT_S = 5
RETRY_AFTER_S = 60
_LOCK_NOT_AVAILABLE = "55P03"
_chance = random.SystemRandom()


def prepare(session: Session, campaign: RatingCampaign, village_ids: Sequence[int]) -> None:
    """Put the counters of a campaign that opens to nothing, for both ways and every answer."""
    rows = [{"campaign_id": campaign.id, "village_id": village_id, "way": way, "question": question["key"],
             "answer": answer["key"], "count": 0}
            for village_id in village_ids for way in WAYS
            for question in campaign.questions for answer in question["answers"]]
    if rows:
        session.execute(insert(BallotCount.__table__), rows)


def cast(session: Session, *, id: UUID, code: str, answers: dict[str, str], text: str | None, today: date) -> bool:
    """Take a ballot in; True, or False for one that is in already and was sent again.

    `id` is the page's random number for this one ballot. Raises CardUnusable for a code that may not vote, and
    Unprocessable for answers that do not fit, by which nothing is spent.
    """
    card = good_card(session, code=code, today=today)
    if card is None:
        # By a poster, too, the last ballot of the last day may be sent again a minute after midnight.
        if _is_in(session, hash_of(code), id) or _is_in(session, open_ballot_hash(hash_of(code), id), id):
            return False
        raise CardUnusable()
    text = (text or "").strip() or None
    problems = misfits(card.campaign.questions, answers, text=text, asks_text=card.campaign.text_prompt is not None)
    if problems:
        raise Unprocessable(errors={"json": problems})
    hashed = card.hashed if card.way == HOUSEHOLD else open_ballot_hash(card.hashed, id)
    if not _spend(session, card, hashed, id, today=today):
        # Somebody else spent it a moment ago, perhaps this same page that asked twice.
        if _is_in(session, hashed, id):
            return False
        raise CardUnusable()
    for question, answer in chosen(card.campaign.questions, answers):
        _count(session, card, question, answer)
    _note_day(session, card, today)
    if text is not None:
        session.execute(insert(SealedText.__table__).values(
            id=uuid4(), campaign_id=card.campaign.id, village_id=card.village_id, way=card.way,
            sealed=sealed_box.seal(card.campaign.text_key, text)))
    return True


def _spend(session: Session, card: Card, hashed: bytes, attempt: UUID, *, today: date) -> bool:
    """Spend a card in one statement, which looks once more whether it may vote; False if it may not any more.

    The key of the table is what makes a second ballot impossible. Whoever closes a campaign, withdraws it or cancels
    its cards locks this table before, so a statement that had to wait sees what they did.
    """
    source = select(literal(hashed, SpentCode.code_hash.type), RatingCampaign.id,
                    literal(attempt_hash(hashed, attempt), SpentCode.attempt_hash.type)).where(takes_ballots(today))
    if card.way == HOUSEHOLD:
        source = (source.join_from(RatingCampaign, CodeBatch, CodeBatch.campaign_id == RatingCampaign.id)
                  .join(HouseholdCode, HouseholdCode.batch_id == CodeBatch.id)
                  .where(HouseholdCode.code_hash == hashed, CodeBatch.cancelled_at.is_(None)))
    else:
        source = source.join_from(RatingCampaign, CampaignVillage, CampaignVillage.campaign_id == RatingCampaign.id
                                  ).where(CampaignVillage.open_code == card.code)
    return session.execute(
        dialect_insert(session, SpentCode)
        .from_select(["code_hash", "campaign_id", "attempt_hash"], source)
        .on_conflict_do_nothing().returning(SpentCode.campaign_id)).first() is not None


def _is_in(session: Session, hashed: bytes, attempt: UUID) -> bool:
    return session.scalar(select(exists().where(
        SpentCode.code_hash == hashed, SpentCode.attempt_hash == attempt_hash(hashed, attempt))))


def _count(session: Session, card: Card, question: str, answer: str) -> None:
    counted = session.execute(update(BallotCount.__table__).where(and_(
        BallotCount.campaign_id == card.campaign.id, BallotCount.village_id == card.village_id,
        BallotCount.way == card.way, BallotCount.question == question, BallotCount.answer == answer,
    )).values(count=BallotCount.count + 1))
    if counted.rowcount != 1:
        # The card would be spent and the answer lost.
        raise Internal()


def _note_day(session: Session, card: Card, today: date) -> None:
    session.execute(dialect_insert(session, ParticipationDay).values(
        campaign_id=card.campaign.id, village_id=card.village_id, way=card.way, day=today, count=1,
    ).on_conflict_do_update(index_elements=[*ParticipationDay.__table__.primary_key.columns],
                            set_={"count": ParticipationDay.count + 1}))


def lock(session: Session) -> None:
    """Let no ballot in until the transaction ends, after waiting for those on their way.

    On SQLite whoever writes is alone anyway. Raises Unavailable (urn_busy) while a backup is being made.
    """
    if session.get_bind().dialect.name != "postgresql":
        return
    names = ", ".join(table.__tablename__ for table in TABLES)
    session.flush()
    try:
        session.execute(sql(f"SET LOCAL lock_timeout = '{LOCK_WAIT_S}s'"))
        session.execute(sql(f"SELECT pg_advisory_xact_lock({SHUFFLE_LOCK})"))
        session.execute(sql(f"LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE"))
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) != _LOCK_NOT_AVAILABLE:
            raise
        raise Unavailable("urn_busy", headers={"Retry-After": str(RETRY_AFTER_S)}) from error


def empty_village(session: Session, *, campaign_id: UUID, village_id: int) -> None:
    """Throw away what came in with a village's cards, since they are void; ballots by the open code stay."""
    lock(session)
    batches = select(CodeBatch.id).where(CodeBatch.campaign_id == campaign_id, CodeBatch.village_id == village_id)
    cards = select(HouseholdCode.code_hash).where(HouseholdCode.batch_id.in_(batches))
    session.execute(delete(SpentCode.__table__).where(SpentCode.code_hash.in_(cards)))
    for table in (ParticipationDay, SealedText):
        session.execute(delete(table.__table__).where(
            table.campaign_id == campaign_id, table.village_id == village_id, table.way == HOUSEHOLD))
    session.execute(update(BallotCount.__table__).where(
        BallotCount.campaign_id == campaign_id, BallotCount.village_id == village_id, BallotCount.way == HOUSEHOLD,
    ).values(count=0))
    shuffle(session)


def empty_campaign(session: Session, *, campaign_id: UUID) -> None:
    """Throw everything away that came in, unread: the campaign is withdrawn."""
    lock(session)
    for table in TABLES:
        session.execute(delete(table.__table__).where(table.campaign_id == campaign_id))
    shuffle(session)


def shuffle(session: Session) -> None:
    """Write the urn anew in random order, as one transaction that is none of the ballots'.

    PostgreSQL gives a truncated table a new file and drops the old one; so no row tells any more when it was written
    (ctid), with which other (xmin), or what was there before. SQLite overwrites what it deletes (api/db.py).
    """
    lock(session)
    truncates = session.get_bind().dialect.name == "postgresql"
    for table in (one.__table__ for one in TABLES):
        rows = [dict(row) for row in session.execute(select(table)).mappings()]
        _chance.shuffle(rows)
        session.execute(sql(f"TRUNCATE TABLE {table.name}") if truncates else delete(table))
        if rows:
            session.execute(insert(table), rows)
