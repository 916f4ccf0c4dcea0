"""Gathers what the printed forms of months, cadres and handovers say, and has them written."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from typing import IO
from uuid import UUID

from sqlalchemy import extract, func, select
from sqlalchemy.orm import Session

from api import audit
from api.auth import Identity
from api.checkin.corrections_service import changes_after, corrections_of
from api.checkin.models import StationedDay
from api.checkin.month_service import Month, load_months, user_names
from api.checkin.open_matters_service import open_matters
from api.checkin.sheet_service import (
    ALLOWANCE_KEYS,
    FurtherRow,
    further_rows,
    postings_in_month,
    villages_below,
)
from api.dashboards import (
    allowance_xlsx_service,
    month_sheet_docx_service,
    month_sheet_xlsx_service,
    public_notice_service,
    register_book_service,
)
from api.dashboards.certificate_service import Certificate, CertifiedPosting, write_certificate
from api.dashboards.diary_papers_service import printed_pages, write_diary
from api.dashboards.forms_rules import (
    Cause,
    Closing,
    Correction,
    Rule,
    VillageMonth,
    allowance_lines,
    posted_in_month,
)
from api.dashboards.handover_list_service import HandoverList, write_handover
from api.dashboards.orders_service import Order, Taking, paper_taking
from api.dashboards.template_filling_service import fill_template
from api.dashboards.templates_service import content_of
from api.diary.concern_lists_service import open_concerns
from api.errors import Conflict, NotFound
from api.postings.access_service import SEES_PRESENCE, visible_cadre
from api.postings.divisions_service import division_by_id, find_county
from api.postings.handovers_service import handover_views, visible_handover
from api.postings.models import Cadre, Division, Posting
from api.postings.roster_service import cadre_by_id, cadre_names, posting_views, postings_of, villages_of
from api.visits.linkages_service import key_households

# So long may a villager object to a notice that hangs on the board.
OBJECT_WITHIN = timedelta(days=7)
_NAMED = 12
# A list to sign quotes the beginning of a concern; the whole text is in the record.
_LONGEST_CONCERN = 120
_OF_CALENDAR_MONTH = ("public_notice", "register_book")


def month_paper(session: Session, *, division: Division, month_on: date, order: Order) -> Taking:
    """A paper of a month, for a village or one after the other for all villages below a division.

    Raises NotFound without any village, Conflict (not_closed) for an allowance where a month is not closed yet.
    """
    months = _months(session, division, month_on, order.today)
    further = {}
    if order.kind == "register_book":
        further = further_rows(session, villages=[month.village for month in months], month_on=month_on,
                               today=order.today, columns={month.village.id: month.sheet.days for month in months})
    if division.level != "village":
        # Of many villages only those with somebody posted: an empty page each would be paper for nothing.
        months = [month for month in months if _has_page(order.kind, month, further.get(month.village.id, ()))]
    if not months:
        raise NotFound("division_not_found", code=division.code)
    if order.kind == "allowance":
        _check_closed(months)
    closed = [month.close.closed_at for month in months if month.close is not None]
    changes = changes_after(session, min(closed)) if closed else []
    printed = [_printed(session, month, further.get(month.village.id, ()), changes) for month in months]
    writers: dict[str, Callable[[IO[bytes]], int]] = {
        "month_sheet": lambda file: (month_sheet_docx_service if order.format == "docx" else month_sheet_xlsx_service)
        .write_month_sheets(file, printed, words=order.words),
        "public_notice": lambda file: public_notice_service.write_public_notices(
            file, printed, objections_until=order.today + OBJECT_WITHIN, words=order.words),
        "register_book": lambda file: register_book_service.write_register_books(
            file, printed, filled=order.filled, words=order.words),
        "allowance": lambda file: _write_allowance(file, division, printed, month_on, order),
    }
    return paper_taking(order, division=division, subject=f"division:{division.code}", write=writers[order.kind],
                        name=f"{division.name}-{month_on:%Y-%m}", details={"month": f"{month_on:%Y-%m}"})


def certificate_paper(session: Session, *, identity: Identity, cadre_id: int, county_code: str,
                      order: Order) -> Taking:
    """The certificate of a cadre's postings; NotFound for a cadre out of reach. The own one is anybody's to take."""
    cadre = cadre_by_id(session, visible_cadre(session, identity=identity, cadre_id=cadre_id,
                                               roles=(*SEES_PRESENCE, "admin")))
    postings = postings_of(session, [cadre.id])
    name, county = cadre_names(session, [cadre.id])[cadre.id], find_county(session, county_code)
    through_on = order.today - timedelta(days=1)
    certificate = Certificate(
        name=name, cadre_role=cadre.cadre_role, sending_unit=cadre.sending_unit,
        county=county.name if county else "", through_on=through_on,
        postings=tuple(_certified(session, postings, through_on)))
    home = division_by_id(session, postings[-1].village_id) if postings else county
    return paper_taking(order, division=home, subject=f"cadre:{cadre.id}", name=name, details={},
                        write=lambda file: write_certificate(file, certificate, words=order.words))


def handover_paper(session: Session, *, identity: Identity, handover_id: UUID, order: Order) -> Taking:
    """The list of a handover, with what is open as the system knows it now."""
    handover, posting = visible_handover(session, identity=identity, handover_id=handover_id)
    view = handover_views(session, [handover])[0]
    matters = open_matters(session, posting=posting, today=order.today)
    village = division_by_id(session, posting.village_id)
    successor = session.get(Cadre, handover.successor_id) if handover.successor_id else None
    printed = HandoverList(
        from_name=view["cadre"]["name"], from_unit=cadre_by_id(session, posting.cadre_id).sending_unit,
        successor=view["successor"]["name"] if view["successor"] else "",
        successor_unit=successor.sending_unit if successor else "", village=village.name, from_on=posting.from_on,
        to_on=posting.to_on, handed_on=handover.handed_on, matters=handover.matters, note=handover.note or "",
        waiting_days=matters.waiting_days, leaves_asked=matters.leaves_asked, months_open=matters.months_open,
        key_households=[(one.villagers_group, one.number, one.householder) for one in key_households(
            session, posting=posting, day=handover.handed_on)],
        concerns=_concerns(session, identity, posting, order))
    return paper_taking(order, division=village, subject=f"posting:{posting.id}", name=view["cadre"]["name"],
                        details={"handover": str(handover.id)},
                        write=lambda file: write_handover(file, printed, words=order.words))


def diary_paper(session: Session, *, identity: Identity, cadre_id: int | None, first: date, last: date,
                order: Order) -> Taking:
    """A cadre's days as people's diary, work log or squatting-point record sheet.

    One's own, or submitted ones from below; in the county's own layout where there is one. Raises NotFound without any
    that the user may read.
    """
    cadre_id = cadre_id or identity.cadre_id
    if cadre_id is None:
        raise NotFound("diary_nothing_to_print")
    pages, village = printed_pages(session, identity=identity, cadre_id=cadre_id, first=first, last=last,
                                   words=order.words)
    template = content_of(session, order.kind)
    period = first.isoformat() if first == last else f"{first:%Y-%m}"
    return paper_taking(order, division=village or division_by_id(session, identity.grants[0].division_id),
                        subject=f"cadre:{cadre_id}", name=f"{pages[0].name}-{period}",
                        details={"from": first.isoformat(), "to": last.isoformat(), "pages": len(pages)},
                        write=lambda file: fill_template(file, template, pages) if template is not None
                        else write_diary(file, order.kind, pages, words=order.words))


def _concerns(session: Session, identity: Identity, posting: Posting, order: Order) -> list[tuple[str, str, date]]:
    """The open concerns of a posting's villages; an administrator, who reads none, hands on a list without them."""
    villages = villages_of(session, [posting.id])[posting.id]
    if not identity.may(division_by_id(session, posting.village_id).path, "supervisor"):
        return []
    return [(view.concern.text[:_LONGEST_CONCERN], view.owner.name, view.concern.due_on) for view in open_concerns(
        session, identity=identity, village_ids=villages, today=order.today)]


def _months(session: Session, division: Division, month_on: date, today: date) -> list[Month]:
    villages = villages_below(session, division=division, month_on=month_on)
    postings = postings_in_month(session, division=division, month_on=month_on)
    return load_months(session, villages=villages, postings=postings, month_on=month_on, today=today)


def _has_page(kind: str, month: Month, further: Sequence[FurtherRow]) -> bool:
    rows = (*month.sheet.rows, *further)
    if kind in _OF_CALENDAR_MONTH:
        return any(posted_in_month(row, month.sheet.days) for row in rows)
    # An allowance has no page a village; it names the version and the corrections of each that has a row at all.
    return bool(rows)


def _check_closed(months: list[Month]) -> None:
    names = [month.village.name for month in months if month.close is None]
    if names:
        more = "……" if len(names) > _NAMED else ""
        raise Conflict("not_closed", n=len(names), villages="、".join(names[:_NAMED]) + more)


def _printed(session: Session, month: Month, further: Sequence[FurtherRow],
             changes: list[audit.AuditEntry]) -> VillageMonth:
    if month.close is None:
        return VillageMonth(month.sheet, further=tuple(further))
    by = user_names(session, [month.close.closed_by_id])[month.close.closed_by_id]
    return VillageMonth(month.sheet, Closing(str(month.close.id), by, month.close.closed_at, month.close.hash.hex()),
                        tuple(map(_correction, corrections_of(session, month, changes=changes))), tuple(further))


def _correction(one) -> Correction:
    causes = tuple(Cause(cause["at"], cause["by"]["name"] if cause["by"] else "", cause["what"], cause["reason"] or "")
                   for cause in one.causes)
    return Correction(one.name, one.day, one.from_sign or "", one.to_sign or "", one.figures or {}, causes)


def _write_allowance(file: IO[bytes], division: Division, months: list[VillageMonth], month_on: date,
                     order: Order) -> int:
    """Days × rate as the frozen sheets' own rules say, so that a rule of a later day changes no closed month."""
    lines, rules = [], {}
    for month in months:
        held = {rule.key: rule for rule in month.sheet.rules}
        daily, errand_daily = (held[key].value if key in held else 0 for key in ALLOWANCE_KEYS)
        lines += allowance_lines(month.sheet, daily=daily, errand_daily=errand_daily)
        for key in ALLOWANCE_KEYS:
            if key in held:
                rule = Rule(held[key].value, held[key].effective_from, held[key].source)
                rules.setdefault((key, rule), []).append(month.sheet.village)
    shown = [(key, division.name if len(rules) == len(ALLOWANCE_KEYS) else "、".join(villages), rule)
             for (key, rule), villages in rules.items()]
    words = order.words
    title = words("allowance.title", division=division.name, month=words.month(month_on))
    return allowance_xlsx_service.write_allowance(file, lines, title=title, month_on=month_on, months=months,
                                                  rules=shown, words=words)


def _certified(session: Session, postings: list[Posting], through_on: date) -> Iterable[CertifiedPosting]:
    """Counted by days: the kept figures of a running month hold today's and the approved errands still to come too."""
    year = extract("year", StationedDay.day)
    counted = session.execute(
        select(StationedDay.posting_id, year, func.count())
        .where(StationedDay.posting_id.in_([posting.id for posting in postings]), StationedDay.day <= through_on,
               StationedDay.state.in_(("stationed", "errand")))
        .group_by(StationedDay.posting_id, year))
    days = {(posting_id, int(of_year)): count for posting_id, of_year, count in counted}
    for view in posting_views(session, postings):
        if view.from_on <= through_on + timedelta(days=1):
            township = view.township.name if view.township else ""
            last = min(view.to_on or through_on, through_on)
            yield CertifiedPosting(
                f"{township}{view.village.name}", "、".join(one.name for one in view.further_villages), view.from_on,
                view.to_on, tuple((year, days.get((view.id, year), 0))
                                  for year in range(view.from_on.year, last.year + 1) if view.from_on <= last))
