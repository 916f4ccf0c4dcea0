"""What a village discloses, and its public notice board."""

from api.http import Blueprint

disclosures = Blueprint("disclosures", __name__, description="Finance, decisions and benefits that a village discloses")
notice_boards = Blueprint("notice-boards", __name__, description="What a village has published")
