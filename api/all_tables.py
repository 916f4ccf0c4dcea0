"""Every table that there is: whoever walks the metadata imports it from here, where importing fills it.

A process that imports only a part of the program knows only a part of the tables.
"""

from api import audit
from api.checkin import models as checkin_models
from api.checkin import emergency_models, month_models, privacy_models
from api.contracts import acceptance_models, board_models, check_models, notice_models
from api.contracts import models as contract_models
from api.dashboards import figure_models, oddity_models, template_models
from api.db import Base
from api.diary import meeting_models, reading_models, reception_models, search_models, special_report_models
from api.diary import models as diary_models
from api.photos import models as photo_models
from api.postings import account_models, models, proposal_models
from api.ratings import ballot_models, campaign_models, suggestion_models, vote_models
from api.sync import models as sync_models
from api.visits import models as visit_models

MODELS = (audit, account_models, models, proposal_models, checkin_models, month_models, privacy_models, photo_models,
          visit_models, diary_models, meeting_models, reception_models, special_report_models, sync_models,
          reading_models, search_models, template_models, contract_models, acceptance_models, notice_models,
          check_models, board_models, campaign_models, ballot_models, vote_models, suggestion_models,
          emergency_models, figure_models, oddity_models)
METADATA = Base.metadata
