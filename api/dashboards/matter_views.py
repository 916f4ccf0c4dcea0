"""What to talk about."""

from api.http import Blueprint

matters = Blueprint("matters", __name__, description="What to talk about")
