"""Oddities in the records, for a person to judge."""

from api.http import Blueprint

oddities = Blueprint("oddities", __name__, description="Oddities in the records, for a person to judge")
