"""The notice of what is kept, and the separate consent to positions (个人信息保护法 articles 7, 15 and 29)."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from api import audit
from api.dates import ON_THE_WAY
from api.errors import Conflict
from api.postings.account_models import User
from api.postings.divisions_service import audit_chain, division_by_id, find_county
from api.postings.models import Cadre
from api.postings.policies_service import policy_book
from api.postings.roster_service import posting_on

# Every notice that there was, with the day from which it holds and the SHA-256 of its words in both languages: so that
# it can be shown what a person has read, and so that other words (`phone.consent.*` on the phone, `notice.*` at a desk)
# are a new version (a test looks).
NOTICES = json.loads((Path(__file__).resolve().parent.parent / "data" / "notices.json").read_text(encoding="utf-8"))
NOTICE_VERSION: str = NOTICES[-1]["version"]
NOTICE_FROM = date.fromisoformat(NOTICES[-1]["from"])
# What a phone says has passed since the choice; beyond this its clock has been reset.
TEN_YEARS_MS = 10 * 366 * 86_400_000


def consent_view(session: Session, *, user: User, village_id: int | None, county_code: str, host: str, hotline: str,
                 today: date) -> dict:
    """`notice` and `location` of a user, as answers show them; with the days for which coordinates are kept there.

    `host` is the unit that answers for the data (article 17), "" where nobody has said so yet.
    """
    return {
        "notice": {"version": user.notice_version, "read_at": user.notice_read_at, "current": NOTICE_VERSION,
                   "from_on": NOTICE_FROM, "host": host, "hotline": hotline,
                   "coordinates_days": coordinates_days(session, village_id=village_id, county_code=county_code,
                                                        today=today)},
        "location": {"choice": user.location_choice, "chosen_at": user.location_chosen_at},
    }


def coordinates_days(session: Session, *, village_id: int | None, county_code: str, today: date) -> int | None:
    """For how many days coordinates are kept: the policy of the village, of the county without one.

    None before there are divisions.
    """
    division = division_by_id(session, village_id) if village_id is not None else find_county(session, county_code)
    if division is None:
        return None
    return policy_book(session, "coordinates_days").value("coordinates_days", division.path, today)


def read_notice(session: Session, *, user: User, version: str, now: datetime, today: date) -> None:
    """Note that the notice was read; Conflict (notice_changed) for another than the present one. Safe to repeat."""
    if version != NOTICE_VERSION:
        raise Conflict("notice_changed")
    if user.notice_version == version:
        return
    user.notice_version, user.notice_read_at = version, now
    _note(session, user, "notice.read", {"version": version}, now, today)


def choose_location(session: Session, *, user: User, choice: str, elapsed_ms: int | None = None, now: datetime,
                    today: date) -> bool:
    """Keep what a person says to positions, `given` or `declined`; True if an earlier consent is withdrawn by it.

    Saying the same again changes nothing. `elapsed_ms` has passed since it was said: a consent that comes late, from
    a phone without a network, does not undo what was said elsewhere since. A withdrawal is heeded whenever it comes.
    The caller deletes what a withdrawn consent leaves behind.
    """
    before = user.location_choice
    known = elapsed_ms is not None and 0 <= elapsed_ms <= TEN_YEARS_MS
    said_at = now - timedelta(milliseconds=elapsed_ms) if known else now
    overtaken = user.location_chosen_at is not None and said_at < user.location_chosen_at - ON_THE_WAY
    if before == choice or (choice == "given" and overtaken):
        return False
    # A consent holds from when it was said: what the phone took between saying and telling is meant by it.
    user.location_choice, user.location_chosen_at = choice, said_at if choice == "given" else now
    withdrawn = before == "given"
    action = "consent.given" if choice == "given" else "consent.withdrawn" if withdrawn else "consent.declined"
    _note(session, user, action, {"about": "location"}, now, today)
    return withdrawn


def _note(session: Session, user: User, action: str, details: dict, now: datetime, today: date) -> None:
    user.version += 1
    session.flush()
    audit.append(session, chain=chain_of_user(session, user_id=user.id, today=today), at=now, user_id=user.id,
                 action=action, subject=f"user:{user.id}", details=details)


def chain_of_user(session: Session, *, user_id: int, today: date) -> int:
    """The audit chain of what a person does about oneself: the township where a cadre is posted, else the county's."""
    cadre_id = session.scalar(select(Cadre.id).where(Cadre.user_id == user_id))
    posting = posting_on(session, cadre_id=cadre_id, day=today) if cadre_id is not None else None
    return audit_chain(division_by_id(session, posting.village_id)) if posting else audit.COUNTY_CHAIN
