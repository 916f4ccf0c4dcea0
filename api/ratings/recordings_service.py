"""Keeps questions as somebody of the village says them; by its committee or from above, not by those who are rated."""

import hashlib
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from api import audit
from api.auth import Identity
from api.dates import shanghai_day
from api.errors import Conflict, Forbidden, NotFound, Unprocessable
from api.postings.divisions_service import audit_chain
from api.postings.models import Division
from api.ratings.campaign_models import CampaignVillage, RatingCampaign, Recording
from api.ratings.campaign_standing_service import CampaignReader
from api.ratings.campaigns_service import visible_campaign
from api.ratings.recordings_rules import audio_type


def keep_recording(session: Session, *, identity: Identity, campaign_id: UUID, village_code: str, question: str,
                   data: bytes, now: datetime) -> tuple[Recording, bool]:
    """Keep a question's spoken version in the place of an earlier one; False where it is the same already.

    Raises NotFound where campaign, village or question is not known, Forbidden (own_record), Conflict
    (campaign_not_open), Unprocessable (not_a_recording).
    """
    campaign, village = _to_record(session, identity=identity, campaign_id=campaign_id, village_code=village_code,
                                   question=question, now=now)
    mimetype, sha256 = audio_type(data), hashlib.sha256(data).hexdigest()
    if mimetype is None:
        raise Unprocessable("not_a_recording")
    held = _held(session, campaign.id, village.id, question)
    if held is not None and held.sha256 == sha256:
        return held, False
    if held is not None:
        session.delete(held)
        session.flush()
    # A new key each time, since browsers keep for good what they have heard under one.
    recording = Recording(id=uuid4(), campaign_id=campaign.id, village_id=village.id, question=question,
                          mimetype=mimetype, size_bytes=len(data), sha256=sha256, content=data,
                          uploaded_by_id=identity.user_id, uploaded_at=now)
    session.add(recording)
    session.flush()
    _audit(session, campaign, village, "recording.kept", identity=identity, now=now,
           details={"question": question, "sha256": sha256})
    return recording, True


def delete_recording(session: Session, *, identity: Identity, campaign_id: UUID, village_code: str, question: str,
                     now: datetime) -> None:
    """Delete a question's spoken version; nothing is there to delete the second time. Raises as `keep_recording`."""
    campaign, village = _to_record(session, identity=identity, campaign_id=campaign_id, village_code=village_code,
                                   question=question, now=now)
    held = _held(session, campaign.id, village.id, question)
    if held is not None:
        session.delete(held)
        _audit(session, campaign, village, "recording.deleted", identity=identity, now=now,
               details={"question": question})


def recording_by_id(session: Session, recording_id: UUID) -> Recording:
    """A recording with its content, for everybody; NotFound."""
    found = session.scalar(select(Recording).options(undefer(Recording.content)).where(Recording.id == recording_id))
    if found is None:
        raise NotFound()
    return found


def recordings_of(session: Session, campaign_id: UUID) -> dict[int, dict[str, UUID]]:
    """The recordings of a campaign by village and question."""
    found: dict[int, dict[str, UUID]] = {}
    for row in session.execute(select(Recording.village_id, Recording.question, Recording.id).where(
            Recording.campaign_id == campaign_id).order_by(Recording.question)):
        found.setdefault(row.village_id, {})[row.question] = row.id
    return found


def _to_record(session: Session, *, identity: Identity, campaign_id: UUID, village_code: str, question: str,
               now: datetime) -> tuple[RatingCampaign, Division]:
    reader = CampaignReader(session, identity, today=shanghai_day(now))
    view = visible_campaign(session, reader=reader, campaign_id=campaign_id)
    # Two who record one question at once take turns on the village's row.
    village = session.scalar(
        select(Division).join(CampaignVillage, CampaignVillage.village_id == Division.id)
        .where(CampaignVillage.campaign_id == campaign_id, Division.code == village_code)
        .with_for_update(of=CampaignVillage))
    if village is None or not reader.sees(village) or question not in {one["key"] for one in view.questions}:
        raise NotFound()
    if view.is_rated:
        raise Forbidden("own_record")
    if view.state != "open":
        raise Conflict("campaign_not_open")
    return view.campaign, village


def _held(session: Session, campaign_id: UUID, village_id: int, question: str) -> Recording | None:
    return session.scalar(select(Recording).where(
        Recording.campaign_id == campaign_id, Recording.village_id == village_id, Recording.question == question))


def _audit(session: Session, campaign: RatingCampaign, village: Division, action: str, *, identity: Identity,
           now: datetime, details: dict) -> None:
    audit.append(session, chain=audit_chain(village), at=now, user_id=identity.user_id, action=action,
                 subject=f"campaign:{campaign.id}", details={"village": village.code, **details})
