"""Assessed votes: duty reports and a secret ballot at a meeting."""

from api.http import Blueprint

assessed_votes = Blueprint("assessed-votes", __name__,
                           description="Duty reports and the secret ballot at a meeting, which an assessment may read")
