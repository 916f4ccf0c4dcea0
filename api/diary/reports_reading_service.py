"""Submitted reports, for those who supervise their cadres."""

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.dates import next_month
from api.diary.meeting_models import Report
from api.diary.reports_service import ReportView, submitted_views
from api.postings.divisions_service import below
from api.postings.models import Division

PAGE = 50


def submitted_reports(session: Session, *, division: Division, kind: str, month_on: date, page: int
                      ) -> tuple[list[ReportView], int | None]:
    """Submitted reports of a kind that end in a month, below a division, village by village; and the next page.

    Drafts are nobody's but their authors'.
    """
    rows = list(session.scalars(
        select(Report).join(Division, Division.id == Report.village_id)
        .where(below(division.path), Report.kind == kind, Report.submitted_at.is_not(None),
               Report.last_on.between(month_on, next_month(month_on) - timedelta(days=1)))
        .order_by(Report.last_on.desc(), Division.code, Report.cadre_id)
        .offset((page - 1) * PAGE).limit(PAGE + 1)))
    return submitted_views(session, rows[:PAGE]), page + 1 if len(rows) > PAGE else None
