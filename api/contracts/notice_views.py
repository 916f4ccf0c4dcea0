"""Supervision notices, from the draft until they are struck off."""

from api.http import Blueprint

supervision_notices = Blueprint("supervision-notices", __name__,
                                description="What has to be put right, by when, and what became of it")
notice_drafts = Blueprint("notice-drafts", __name__,
                          description="What a notice would say of a failed item, a finding or an overdue concern")
notice_figures = Blueprint("notice-figures", __name__, description="Notices open, overdue, reissued, escalated")
