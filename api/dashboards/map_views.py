"""Villages at their places, with a measure."""

from api.http import Blueprint

map_villages = Blueprint("map-villages", __name__, description="Villages at their places, with a measure")
