"""The divisions of a county as files name them, by code or by name."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.postings.divisions_service import below
from api.postings.models import Division
from api.postings.people_match_rules import DivisionBook, KnownDivision


def division_book(session: Session, *, county: Division) -> DivisionBook:
    """The county's divisions that are valid now; its look-ups raise `api.cells.BadCell`."""
    return DivisionBook(KnownDivision(*row) for row in session.execute(
        select(Division.id, Division.code, Division.name, Division.level, Division.path, Division.township_id)
        .where(below(county.path), Division.valid_to.is_(None)).order_by(Division.code)))
