"""Days of a village or a cadre by kind of evidence."""

from api.http import Blueprint

day_calendars = Blueprint("day-calendars", __name__, description="Days of a village or a cadre by kind of evidence")
