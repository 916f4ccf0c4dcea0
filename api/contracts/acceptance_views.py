"""Acceptance on the spot, item by item, and the roster of those who accept."""

from api.http import Blueprint

acceptances = Blueprint("acceptances", __name__, description="Items checked on the spot, confirmed together, archived")
assessor_rosters = Blueprint("assessor-rosters", __name__, description="Who of a township accepts")
