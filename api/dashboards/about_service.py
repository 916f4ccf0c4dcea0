"""What anybody may know of this application: who runs it, where, under which number, how long coordinates are kept."""

from collections.abc import Mapping
from datetime import date
from importlib import metadata

from sqlalchemy import distinct, func, or_, select
from sqlalchemy.orm import Session

from api.postings.account_models import Grant
from api.postings.consent_service import coordinates_days
from api.postings.divisions_service import find_county
from api.postings.models import Posting
from api.postings.roster_service import posted_between
from api.vocabulary import ROLES


def application_facts(session: Session, *, settings: Mapping, today: date) -> dict:
    """The facts of /about/functions and of the filing; "" or None where nobody has said so yet.

    `coordinates_days` is the county's own rule today; a township may keep them for less, which its cadres are told.
    """
    county = settings["COUNTY"]
    return {
        "host_unit": settings.get("HOST_UNIT", ""), "county": find_county(session, county),
        "filing_number": settings.get("FILING_NUMBER", ""), "hotline": settings.get("HOTLINE", ""),
        "version": metadata.version("zhucun"), "closes_on": settings.get("CLOSES_ON"),
        "coordinates_days": coordinates_days(session, village_id=None, county_code=county, today=today),
    }


def filing_facts(session: Session, *, settings: Mapping, today: date) -> dict:
    """What a filing asks for besides: `address`, where people open it, and `users`, their number today by role.

    The address is "" while it is only that of a trial, without HTTPS.
    """
    held = dict(session.execute(
        select(Grant.role, func.count(distinct(Grant.user_id)))
        .where(Grant.from_on <= today, or_(Grant.to_on.is_(None), Grant.to_on >= today)).group_by(Grant.role)).all())
    # A cadre is one by the posting, with or without a grant.
    held["cadre"] = session.scalar(select(func.count(distinct(Posting.cadre_id))).where(posted_between(today, today)))
    address = settings["ORIGINS"][0]
    return {**application_facts(session, settings=settings, today=today),
            "address": address if address.startswith("https:") else "",
            "users": {role: held[role] for role in ROLES if held.get(role)}}
