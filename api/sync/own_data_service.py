"""Which rows of visits, diary, concerns and contracts are a person's own, for the copy that everybody may take away."""

from sqlalchemy import ColumnElement, or_, select

from api.contracts.acceptance_models import Acceptance, AcceptanceStep, Assessor, Completion, Deed, DeedReport
from api.contracts.board_models import Deliberation, Disclosure, DisclosureFile
from api.contracts.check_models import CheckedVillage, Finding, MarkAppeal, MarkSheet, SpotCheck
from api.contracts.models import CommitmentItem, Contract, ContractReview, ContractRevision, ContractStep
from api.contracts.notice_models import NoticeStep, SupervisionNotice
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
        **_of_contracts(user_id),
        "conflicts": [(EditConflict, EditConflict.user_id == user_id)],
        "photos": [(RecordPhoto, or_(RecordPhoto.record_id.in_(visits), RecordPhoto.record_id.in_(entries)))],
    }


def _of_contracts(user_id: int) -> dict[str, list[Part]]:
    """What a person entered or decided about promises, for the village or from above."""
    return {
        "contracts": [(Contract, Contract.opened_by_id == user_id),
                      (ContractRevision, ContractRevision.opened_by_id == user_id),
                      (CommitmentItem, CommitmentItem.entered_by_id == user_id),
                      (ContractStep, ContractStep.user_id == user_id),
                      (ContractReview, ContractReview.user_id == user_id), (Deed, Deed.entered_by_id == user_id),
                      (DeedReport, DeedReport.user_id == user_id), (Completion, Completion.user_id == user_id)],
        "acceptances": [(Acceptance, Acceptance.entered_by_id == user_id),
                        (AcceptanceStep, AcceptanceStep.user_id == user_id), (Assessor, Assessor.user_id == user_id)],
        "supervision_notices": [(SupervisionNotice, SupervisionNotice.drafted_by_id == user_id),
                                (NoticeStep, NoticeStep.user_id == user_id)],
        "spot_checks": [(SpotCheck, SpotCheck.entered_by_id == user_id),
                        (CheckedVillage, CheckedVillage.visited_by_id == user_id),
                        (Finding, Finding.entered_by_id == user_id),
                        (MarkSheet, or_(MarkSheet.entered_by_id == user_id, MarkSheet.published_by_id == user_id)),
                        (MarkAppeal, or_(MarkAppeal.user_id == user_id, MarkAppeal.answered_by_id == user_id))],
        "disclosures": [(Disclosure, Disclosure.entered_by_id == user_id),
                        (DisclosureFile, DisclosureFile.uploaded_by_id == user_id),
                        (Deliberation, Deliberation.entered_by_id == user_id)],
    }
