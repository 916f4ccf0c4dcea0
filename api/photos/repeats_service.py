"""The same picture in two records within half a year: marked for a person to look at, and nothing else."""

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, aliased

from api.photos.models import RecordPhoto
from api.photos.rules import SEEN_WITHIN


def mark_repeats(session: Session, *, hashes: list[str]) -> None:
    """Mark the records that name a photo which an earlier record names already."""
    later, earlier = aliased(RecordPhoto), aliased(RecordPhoto)
    # The households of one round may share its picture; they came at one moment.
    is_before = or_(earlier.added_at < later.added_at,
                    and_(earlier.added_at == later.added_at, earlier.record_id < later.record_id,
                         or_(earlier.kind != "visit", later.kind != "visit")))
    pairs = session.execute(
        select(later, earlier.added_at).join(earlier, and_(earlier.sha256 == later.sha256, is_before))
        .where(later.sha256.in_(hashes), later.same_as.is_(None))).all()
    for photo, added_at in pairs:
        if photo.added_at - added_at <= SEEN_WITHIN:
            photo.same_as = photo.sha256
    session.flush()
