"""Loads what the records say of a cadre in a period, as plain values for the rules of reports."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from api.checkin.days_service import days_of_cadre
from api.diary.concerns_rules import UNDONE
from api.diary.meetings_rules import Period
from api.diary.models import Concern, DiaryEntry
from api.diary.reception_models import Reception, ReceptionCadre
from api.diary.reports_rules import OpenMatter, ReportFacts
from api.postings.models import Cadre, Division, Posting, PostingVillage
from api.postings.roster_service import posted_between, postings_of, villages_of
from api.visits.models import Companion, Household, HouseholdLabel, Round, Term, Visit
from api.vocabulary import ERRAND_KINDS

NEEDY = "needy"
# Something was done about a concern, and the villager is still to be told.
_TO_FOLLOW_UP = ("resolved", "explained")


def report_facts(session: Session, *, cadre_id: int, period: Period, today: date, language: str) -> ReportFacts:
    """The facts of one cadre in a period up to today; work types in the words of `language`."""
    until = min(period.last, today)
    days = days_of_cadre(session, cadre_id=cadre_id, first=period.first, last=until, today=today)
    villages = _villages(session, cadre_id, period)
    return ReportFacts(
        until=until,
        stationed_on=tuple(day.day for day in days if day.state == "stationed"),
        errand_on=tuple(day.day for day in days if day.state == "errand"),
        leave_on=tuple(day.day for day in days if day.in_posting and day.leave and day.state != "stationed"
                       and day.leave["kind"] not in ERRAND_KINDS),
        waiting_on=tuple(day.day for day in days if day.state == "waiting"),
        **_visits(session, cadre_id, period), **_concerns(session, cadre_id, villages, period, today),
        **_unvisited(session, villages, today), receptions=_receptions(session, cadre_id, period),
        work=_work(session, cadre_id, period, language), diary=_diary(session, cadre_id, period))


def _villages(session: Session, cadre_id: int, period: Period) -> list[int]:
    """The villages of the last posting that touches the period."""
    touching = [posting for posting in postings_of(session, [cadre_id])
                if posting.from_on <= period.last and (posting.to_on is None or posting.to_on >= period.first)]
    return villages_of(session, [touching[-1].id])[touching[-1].id] if touching else []


def _own_rounds(cadre_id: int):
    """The condition that a round is the cadre's own, or one that the cadre said to have been at."""
    joined = select(Companion.round_id).where(Companion.cadre_id == cadre_id, Companion.state == "joined")
    return or_(Round.cadre_id == cadre_id, Round.id.in_(joined))


def _visits(session: Session, cadre_id: int, period: Period) -> dict:
    """Households by how they were reached; each once, met in person before called before nobody at home."""
    is_needy = select(HouseholdLabel.household_id).where(
        HouseholdLabel.household_id == Household.id, HouseholdLabel.label == NEEDY).exists()
    rows = session.execute(
        select(Visit.household_id, Visit.manner, Household.village_id, Household.villagers_group, is_needy)
        .join(Round, Round.id == Visit.round_id).join(Household, Household.id == Visit.household_id)
        .where(_own_rounds(cadre_id), Round.day.between(period.first, period.last), Visit.annulled_at.is_(None))).all()
    by_manner: dict[str, set[int]] = {"in_person": set(), "phone": set(), "not_home": set()}
    for row in rows:
        by_manner[row.manner].add(row.household_id)
    met = by_manner["in_person"]
    return {
        "visited": len(met), "needy": len({row[0] for row in rows if row[4]} & met),
        "groups": len({(row.village_id, row.villagers_group) for row in rows if row.household_id in met}),
        "by_phone": len(by_manner["phone"] - met),
        "not_home": len(by_manner["not_home"] - met - by_manner["phone"])}


def _receptions(session: Session, cadre_id: int, period: Period) -> int:
    """The reception hours in which the cadre sat, whoever recorded them."""
    return session.scalar(
        select(func.count()).select_from(Reception).join(ReceptionCadre, ReceptionCadre.reception_id == Reception.id)
        .where(ReceptionCadre.cadre_id == cadre_id, Reception.day.between(period.first, period.last)))


def _concerns(session: Session, cadre_id: int, villages: Sequence[int], period: Period, today: date) -> dict:
    """Those that the cadre took down: in the period, settled in it; and what is open now in the cadre's hands.

    That is also what somebody took down in the cadre's villages who is not posted there any more, or is no cadre.
    """
    user_id = session.scalar(select(Cadre.user_id).where(Cadre.id == cadre_id))
    mine = and_(Concern.raised_by_id == user_id, Concern.state != "merged")
    raised = session.scalar(select(func.count()).select_from(Concern).where(
        mine, Concern.raised_on.between(period.first, period.last)))
    settled = session.scalar(select(func.count()).select_from(Concern).where(
        mine, Concern.done_on.between(period.first, period.last)))
    to_follow_up = session.scalar(select(func.count()).select_from(Concern).where(
        mine, Concern.state.in_(_TO_FOLLOW_UP)))
    taken_over = and_(Concern.village_id.in_(villages), Concern.raised_by_id.not_in(_colleagues(villages, today)))
    owners = Division.__table__.alias("owners")
    rows = session.execute(
        select(Concern.text, Division.name.label("village"), Household.householder, owners.c.name.label("owner"),
               (Concern.owner_id != Concern.village_id).label("is_above"), Concern.raised_on, Concern.due_on)
        .join(Division, Division.id == Concern.village_id).join(owners, owners.c.id == Concern.owner_id)
        .outerjoin(Household, Household.id == Concern.household_id)
        .where(or_(Concern.raised_by_id == user_id, taken_over), Concern.state.in_(UNDONE),
               Concern.raised_on <= period.last)
        .order_by(Concern.due_on, Concern.id))
    return {"raised": raised, "settled": settled, "to_follow_up": to_follow_up, "open": tuple(
        OpenMatter(row.text, row.village, row.householder, row.owner if row.is_above else None, row.raised_on,
                   row.due_on) for row in rows)}


def _colleagues(villages: Sequence[int], today: date):
    """The users of the cadres who are posted to these villages today; what they took down stands in their reports."""
    return (select(Cadre.user_id).join(Posting, Posting.cadre_id == Cadre.id)
            .outerjoin(PostingVillage, PostingVillage.posting_id == Posting.id)
            .where(or_(Posting.village_id.in_(villages), PostingVillage.village_id.in_(villages)),
                   posted_between(today, today)))


def _unvisited(session: Session, villages: Sequence[int], today: date) -> dict:
    """Households alive today that nobody has met in this quarter, as the phone shows them."""
    quarter_on = date(today.year, (today.month - 1) // 3 * 3 + 1, 1)
    is_needy = select(HouseholdLabel.household_id).where(
        HouseholdLabel.household_id == Household.id, HouseholdLabel.label == NEEDY).exists()
    total, needy = session.execute(
        select(func.count(), func.count().filter(is_needy)).select_from(Household).where(
            Household.village_id.in_(villages), Household.alive_from <= today,
            or_(Household.alive_to.is_(None), Household.alive_to >= today),
            or_(Household.last_visited_on.is_(None), Household.last_visited_on < quarter_on))).one()
    return {"unvisited": total, "unvisited_needy": needy}


def _work(session: Session, cadre_id: int, period: Period, language: str) -> tuple[str, ...]:
    """What rounds and submitted diary pages were about, in words, the commonest first."""
    lists = [*session.scalars(select(Round.purposes).where(
        _own_rounds(cadre_id), Round.is_erased.is_(False), Round.day.between(period.first, period.last)))]
    lists += session.scalars(select(DiaryEntry.work_types).where(*_submitted(cadre_id, period)))
    counts = Counter(key for keys in lists for key in keys)
    terms = session.execute(select(Term.key, Term.zh, Term.en).where(
        Term.dictionary == "purpose", Term.key.in_(list(counts))))
    words = {term.key: term.en if language == "en" else term.zh for term in terms}
    return tuple(words[key] for key, _count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
                 if key in words)


def _diary(session: Session, cadre_id: int, period: Period) -> tuple[tuple[date, str], ...]:
    """Submitted pages only: what is still private shall not slip into a report that others read."""
    rows = session.execute(select(DiaryEntry.day, DiaryEntry.text).where(*_submitted(cadre_id, period))
                           .order_by(DiaryEntry.day, DiaryEntry.captured_at, DiaryEntry.id))
    return tuple((row.day, row.text) for row in rows if row.text.strip())


def _submitted(cadre_id: int, period: Period):
    return (DiaryEntry.cadre_id == cadre_id, DiaryEntry.day.between(period.first, period.last),
            DiaryEntry.submitted_at.is_not(None), DiaryEntry.is_erased.is_(False))
