"""Spot checks of villages, drawn or chosen, and what they found."""

from api.http import Blueprint

spot_checks = Blueprint("spot-checks", __name__,
                        description="Checks of villages, unannounced, of a quarter, or as a patrol")
findings = Blueprint("findings", __name__, description="What a check found")
