"""Which rows of visits, diary and concerns are a person's own, for the copy that everybody may take away."""

from sqlalchemy import ColumnElement, or_, select

from api.diary.meeting_models import Attendance, Pledge, Report, ReportChange
from api.diary.models import Concern, ConcernStep, DiaryEntry, DiaryVersion
from api.diary.reading_models import DiaryReading
from api.diary.reception_models import Reception, ReceptionCadre
from api.diary.special_report_models import SpecialReport, SpecialReportReading, SpecialReportVersion
from api.photos.models import RecordPhoto
from api.postings.models import Cadre
from api.sync.models import EditConflict
from api.visits.models import Companion, Linkage, Round, Visit

Part = tuple[object, ColumnElement[bool]]


def parts_of(user_id: int) -> dict[str, list[Part]]:
    """By the kinds of the data list (api/data/functions.json): each table with which of its rows are the person's."""
    cadre = select(Cadre.id).where(Cadre.user_id == user_id).scalar_subquery()
    rounds = select(Round.id).where(Round.cadre_id == cadre)
    visits = select(Visit.id).where(Visit.cadre_id == cadre)
    entries = select(DiaryEntry.id).where(DiaryEntry.cadre_id == cadre)
    reports = select(Report.id).where(Report.cadre_id == cadre)
    special = select(SpecialReport.id).where(SpecialReport.author_id == user_id)
    return {
        "households": [(Linkage, Linkage.cadre_id == cadre)],
        "visits": [(Round, Round.cadre_id == cadre), (Visit, Visit.cadre_id == cadre),
                   (Companion, or_(Companion.cadre_id == cadre, Companion.round_id.in_(rounds)))],
        "diary": [(DiaryEntry, DiaryEntry.cadre_id == cadre), (DiaryVersion, DiaryVersion.entry_id.in_(entries)),
                  (DiaryReading, or_(DiaryReading.entry_id.in_(entries), DiaryReading.user_id == user_id))],
        "concerns": [(Concern, Concern.raised_by_id == user_id), (ConcernStep, ConcernStep.user_id == user_id),
                     (Reception, Reception.recorded_by_id == user_id),
                     (ReceptionCadre, ReceptionCadre.cadre_id == cadre)],
        "special_reports": [(SpecialReport, SpecialReport.author_id == user_id),
                            (SpecialReportVersion, SpecialReportVersion.report_id.in_(special)),
                            (SpecialReportReading, or_(SpecialReportReading.report_id.in_(special),
                                                       SpecialReportReading.user_id == user_id))],
        "reports": [(Report, Report.cadre_id == cadre), (ReportChange, ReportChange.report_id.in_(reports))],
        "meetings": [(Attendance, Attendance.cadre_id == cadre)],
        "pledges": [(Pledge, Pledge.cadre_id == cadre)],
        "conflicts": [(EditConflict, EditConflict.user_id == user_id)],
        "photos": [(RecordPhoto, or_(RecordPhoto.record_id.in_(visits), RecordPhoto.record_id.in_(entries)))],
    }
