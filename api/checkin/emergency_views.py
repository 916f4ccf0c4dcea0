"""Emergency duty, declared by the county."""

from api.http import Blueprint

emergency_duties = Blueprint("emergency-duties", __name__, description="Emergency duty, declared by the county")
