"""Suggestions and complaints as answers show them: who sees one, in lists and by itself, and who may do what."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session

from api.auth import Identity
from api.diary.standing_service import VillageStanding
from api.errors import NotFound
from api.postings.access_service import reach_of
from api.postings.account_models import User
from api.postings.divisions_service import DivisionRef, below, division_by_code, refs
from api.postings.models import Division
from api.ratings.suggestion_models import Suggestion, SuggestionStep
from api.ratings.suggestions_rules import (
    APPEAL,
    HOLDER,
    WAITING,
    Reader,
    allowed_steps,
    concern_problem,
    is_overdue,
    names,
    plain_name,
    standing,
)

COUNTY_LEVELS = ("province", "prefecture", "county")
READERS = ("supervisor", "discipline", "village")


@dataclass(frozen=True)
class SuggestionView:
    """A suggestion with its course, and what the reader may do with it."""

    suggestion: Suggestion
    division: DivisionRef
    is_overdue: bool
    steps: list[dict]
    next_steps: list[str]
    has_contact: bool
    may_reveal: bool
    may_raise: bool

    is_out_of_sight = False

    def __getattr__(self, name: str):
        return getattr(self.suggestion, name)


class Standing(VillageStanding):
    """What a user is to suggestions today, wherever they are about."""

    def __init__(self, session: Session, identity: Identity, *, today: date):
        super().__init__(session, identity, today=today)
        supervised = [grant for grant in identity.grants if grant.role == "supervisor"]
        self._county = [grant.path for grant in supervised if grant.level in COUNTY_LEVELS]
        self._above = [grant.path for grant in supervised if grant.level != "village"]

    @cached_property
    def name(self) -> str:
        return self._session.scalar(select(User.name).where(User.id == self.identity.user_id)) or ""

    def towards(self, suggestion: Suggestion, *, place: DivisionRef) -> str | None:
        """HOLDER, VILLAGE, or None: not for this user to see."""
        reader = Reader(
            is_discipline=self.identity.may(place.path, "discipline"),
            is_county=any(place.path.startswith(path) for path in self._county),
            is_above=any(place.path.startswith(path) for path in self._above),
            is_committee=self.identity.may(place.path, "village"), acts_for=self.acts_for(place),
            is_named=names(suggestion.about_whom, self.name))
        return standing(reader, kind=suggestion.kind, about=suggestion.about)

    def seen_suggestions(self) -> ColumnElement[bool]:
        """The same as a condition; `Division` is the suggestion's."""
        committee = reach_of(self.identity, "village")
        stranger = and_(Division.id.not_in(self.posted), ~committee)
        county = or_(False, *map(below, self._county))
        above = or_(False, *map(below, self._above))
        by_class = or_(
            and_(Suggestion.about == "person", stranger, or_(county, reach_of(self.identity, "discipline"))),
            and_(Suggestion.about == "app", county),
            and_(Suggestion.about == "village", Suggestion.kind == "suggestion", committee),
            and_(Suggestion.about == "village", stranger, above))
        name = plain_name(self.name)
        if len(name) < 2:
            return by_class
        plain = func.lower(func.replace(func.coalesce(Suggestion.about_whom, ""), " ", ""))
        return and_(by_class, ~plain.contains(name, autoescape=True))


def list_suggestions(session: Session, *, standing: Standing, code: str | None = None, state: str | None = None,
                     kind: str | None = None, about: str | None = None, overdue: bool = False, page: int = 1,
                     page_size: int = 50) -> tuple[list[SuggestionView], int]:
    """Suggestions that a user may see, what is due first, and how many there are; NotFound for a place out of reach."""
    query = select(Suggestion).join(Division, Division.id == Suggestion.division_id).where(standing.seen_suggestions())
    if code is not None:
        place = division_by_code(session, code)
        if not standing.identity.may(place.path, *READERS):
            raise NotFound("division_not_found", code=code)
        query = query.where(below(place.path))
    for column, value in ((Suggestion.state, state), (Suggestion.kind, kind), (Suggestion.about, about)):
        if value is not None:
            query = query.where(column == value)
    if overdue:
        query = query.where(Suggestion.state.in_(WAITING), Suggestion.due_on < standing.today)
    count = session.scalar(select(func.count()).select_from(query.subquery()))
    waits = case((Suggestion.state.in_(WAITING), 0), else_=1)
    found = query.order_by(waits, case((Suggestion.state.in_(WAITING), Suggestion.due_on)),
                           Suggestion.received_on.desc(), Suggestion.id).offset((page - 1) * page_size).limit(page_size)
    return suggestion_views(session, list(session.scalars(found)), standing=standing), count


def visible_suggestion(session: Session, *, standing: Standing, suggestion_id: UUID, lock: bool = False) -> Suggestion:
    """A suggestion that the user may see, locked for a step if asked; NotFound for all others."""
    found = session.get(Suggestion, suggestion_id, with_for_update=lock or None, populate_existing=lock)
    if found is None or standing.towards(found, place=refs(session, [found.division_id])[found.division_id]) is None:
        raise NotFound()
    return found


def suggestion_views(session: Session, suggestions: list[Suggestion], *, standing: Standing) -> list[SuggestionView]:
    """Suggestions as answers show them to a user, in a handful of queries whatever their number."""
    ids = [one.id for one in suggestions]
    places = refs(session, [one.division_id for one in suggestions])
    steps: dict[UUID, list[dict]] = {id: [] for id in ids}
    for step, name in session.execute(
            select(SuggestionStep, User.name).outerjoin(User, User.id == SuggestionStep.user_id)
            .where(SuggestionStep.suggestion_id.in_(ids)).order_by(SuggestionStep.number)):
        steps[step.suggestion_id].append({
            "id": step.id, "step": step.step, "day": step.day, "text": step.text, "is_told": step.is_told,
            "by": None if step.user_id is None else {"id": step.user_id, "name": name}})

    def view(one: Suggestion) -> SuggestionView:
        place, today = places[one.division_id], standing.today
        stands = standing.towards(one, place=place)
        appealed = any(step["step"] == APPEAL for step in steps[one.id])
        is_holder = stands == HOLDER
        return SuggestionView(
            one, place, is_overdue=is_overdue(state=one.state, due_on=one.due_on, today=today), steps=steps[one.id],
            next_steps=allowed_steps(one.state, stands, appeal_until=one.appeal_until, has_appealed=appealed,
                                     today=today),
            has_contact=is_holder and one.sealed_contact is not None,
            may_reveal=is_holder and one.sealed_contact is not None,
            may_raise=is_holder and concern_problem(kind=one.kind, about=one.about,
                                                    is_of_village=place.level == "village",
                                                    has_concern=one.concern_id is not None) is None)

    return [view(one) for one in suggestions]
