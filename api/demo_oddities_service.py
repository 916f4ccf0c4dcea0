"""Lets a few of the demo's records be odd, finds that as every night does, and lets people say a word about it."""

from collections.abc import Callable
from contextlib import nullcontext
from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from api import demo_words as words
from api.auth import Identity
from api.checkin.models import Evidence
from api.dashboards import oddities_service
from api.dashboards.oddities_finding_service import find_oddities
from api.dashboards.oddity_models import Oddity
from api.dates import shanghai_day
from api.demo_leave_rules import new_id
from api.http import content_hash
from api.postings.account_models import Grant, User
from api.postings.models import Cadre, Division

_LATELY = timedelta(days=20)
_POSITION = ("latitude", "longitude", "datum", "accuracy_m", "wgs84_latitude", "wgs84_longitude", "distance_m")


def be_odd(session: Session, *, identity: Callable[[str], Identity], seed: int, as_of: datetime) -> None:
    """Two phones that remember a position, one that two people use, and whatever else there is; one oddity is
    explained, one closed.

    Only positions inside one and the same place are made alike, so that no verdict and no day changes.
    """
    today = shanghai_day(as_of)
    inside = session.scalars(select(Evidence).where(
        Evidence.kind == "check_in", Evidence.verdict == "inside", Evidence.status == "counts",
        Evidence.day >= today - _LATELY, Evidence.day < today).order_by(Evidence.cadre_id, Evidence.day, Evidence.id))
    by_cadre: dict[int, dict[date, Evidence]] = {}
    for piece in inside:
        by_cadre.setdefault(piece.cadre_id, {}).setdefault(piece.day, piece)
    for days in [days for _cadre, days in sorted(by_cadre.items()) if len(days) >= 3][:2]:
        _remember(list(days.values()))
    lent, borrowed = [list(days.values()) for _cadre, days in sorted(by_cadre.items())][2:4]
    borrowed[-1].device_id = lent[-1].device_id
    session.flush()
    opening = lambda: nullcontext(session)  # noqa: E731 - as the command does, but in the demo's one transaction
    find_oddities(opening, opening, now=as_of)
    _speak(session, identity=identity, random=Random(f"{seed} {as_of} oddities"), as_of=as_of)


def _remember(pieces: list[Evidence]) -> None:
    """Let three pieces of one place have the position of the first."""
    first, *others = [piece for piece in pieces if piece.place_id == pieces[0].place_id][:3]
    for piece in others:
        for name in _POSITION:
            setattr(piece, name, getattr(first, name))


def _speak(session: Session, *, identity: Callable[[str], Identity], random: Random, as_of: datetime) -> None:
    """Both whose phone remembers a position say so; for the second the township closes it."""
    found = session.execute(
        select(Oddity.id, User.username, Division.township_id).join(Cadre, Cadre.id == Oddity.cadre_id)
        .join(User, User.id == Cadre.user_id).join(Division, Division.id == Oddity.village_id)
        .where(Oddity.kind == "same_position").order_by(Oddity.cadre_id)).all()
    for number, (oddity_id, username, township_id) in enumerate(found[:2]):
        said = [(username, "explained", words.ODDITY_EXPLAINED)]
        if number == 1:
            officer = session.scalar(select(User.username).join(Grant, Grant.user_id == User.id).where(
                Grant.role == "supervisor", Grant.division_id == township_id).order_by(User.id))
            said.append((officer, "closed", words.ODDITY_CLOSED))
        for who, step, note in said:
            content = {"step": step, "note": note}
            oddities_service.take_step(session, identity=identity(who), oddity_id=oddity_id, id=new_id(random),
                                       content_hash=content_hash(content), now=as_of, **content)
