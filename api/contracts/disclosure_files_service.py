"""Attachments of disclosures: taken once they are read, looked through by a person where only eyes can read them."""

import hashlib
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, undefer

from api.auth import Identity
from api.contracts.attachment_office_rules import BadAttachment
from api.contracts.attachments_rules import (
    CLEAN,
    MIMETYPES,
    MOST_FILES,
    UNREADABLE,
    Reading,
    read_attachment,
    safe_name,
)
from api.contracts.board_models import Disclosure, DisclosureFile
from api.contracts.disclosures_service import may_write, record, refuse_published, touch
from api.contracts.private_numbers_rules import mask
from api.db import dialect_insert
from api.errors import Conflict, IdReused, NotFound, Unprocessable
from api.postings.divisions_service import refs


def read_file(data: bytes, name: str) -> Reading:
    """What a file is and what stands in it; takes a second or two. Raises Unprocessable with the reason."""
    try:
        return read_attachment(data, safe_name(name))
    except BadAttachment as bad:
        raise Unprocessable(bad.reason, **bad.params) from bad


def refuse_new(session: Session, disclosure: Disclosure, *, file_id: UUID) -> None:
    """Raise for a file that is not kept yet where none may be added any more; one sent again is judged by itself."""
    if session.get(DisclosureFile, file_id) is None:
        refuse_published(disclosure)


def add_file(session: Session, disclosure: Disclosure, *, identity: Identity, id: UUID, name: str, data: bytes,
             reading: Reading, now: datetime) -> bool:
    """Keep a file with a draft, exactly once per id; False when it is sent again."""
    sha256, name = hashlib.sha256(data).hexdigest(), safe_name(name)
    held = session.get(DisclosureFile, id)
    if held is None:
        refuse_published(disclosure)
        count = session.scalar(select(func.count()).where(DisclosureFile.disclosure_id == disclosure.id))
        if count >= MOST_FILES:
            raise Conflict("attachments_too_many", most=MOST_FILES)
        added = session.execute(dialect_insert(session, DisclosureFile).values(
            id=id, disclosure_id=disclosure.id, name=name, mimetype=MIMETYPES[reading.kind], size_bytes=len(data),
            sha256=sha256, content=data, reading=reading.verdict, found=reading.found,
            uploaded_by_id=identity.user_id, uploaded_at=now,
        ).on_conflict_do_nothing().returning(DisclosureFile.id)).scalar()
        held = session.get(DisclosureFile, id)
        if added is not None:
            touch(disclosure, now=now)
            return True
    if (held.disclosure_id, held.sha256, held.name, held.uploaded_by_id) != (
            disclosure.id, sha256, name, identity.user_id):
        raise IdReused()
    return False


def check_file(session: Session, disclosure: Disclosure, *, identity: Identity, file_id: UUID, now: datetime) -> None:
    """Keep a person's word that no number of a person stands in a file that only eyes can read."""
    refuse_published(disclosure)
    file = file_of(session, disclosure_id=disclosure.id, file_id=file_id)
    if file.reading != UNREADABLE:
        raise Conflict("attachment_not_for_eyes")
    if file.checked_by_id is None:
        file.checked_by_id = identity.user_id
        _moved(session, disclosure, file, identity=identity, action="file_checked", now=now)


def remove_file(session: Session, disclosure: Disclosure, *, identity: Identity, file_id: UUID, now: datetime) -> None:
    """Take a file away from what is not on the board."""
    refuse_published(disclosure)
    file = file_of(session, disclosure_id=disclosure.id, file_id=file_id)
    session.delete(file)
    _moved(session, disclosure, file, identity=identity, action="file_removed", now=now)


def _moved(session: Session, disclosure: Disclosure, file: DisclosureFile, *, identity: Identity, action: str,
           now: datetime) -> None:
    touch(disclosure, now=now)
    session.flush()
    village = refs(session, [disclosure.village_id])[disclosure.village_id]
    record(session, disclosure, village=village, identity=identity, action=action, now=now, file=mask(file.name))


def file_of(session: Session, *, disclosure_id: UUID, file_id: UUID, with_content: bool = False) -> DisclosureFile:
    """A file of a disclosure; NotFound where it is none of it."""
    options = [undefer(DisclosureFile.content)] if with_content else []
    file = session.get(DisclosureFile, file_id, options=options)
    if file is None or file.disclosure_id != disclosure_id:
        raise NotFound()
    return file


def readable_file(session: Session, disclosure: Disclosure, *, identity: Identity, file_id: UUID) -> DisclosureFile:
    """A file for who may see its disclosure; one with numbers of persons only for who has to mend it."""
    file = file_of(session, disclosure_id=disclosure.id, file_id=file_id, with_content=True)
    village = refs(session, [disclosure.village_id])[disclosure.village_id]
    if file.reading != CLEAN and not may_write(identity, village):
        raise NotFound()
    return file


def published_file(session: Session, *, village_id: int, file_id: UUID) -> DisclosureFile:
    """A file on a village's board; NotFound for all others, whatever they are."""
    file = session.scalar(select(DisclosureFile).join(Disclosure, Disclosure.id == DisclosureFile.disclosure_id).where(
        DisclosureFile.id == file_id, Disclosure.village_id == village_id, Disclosure.state == "published",
    ).options(undefer(DisclosureFile.content)))
    if file is None:
        raise NotFound()
    return file
