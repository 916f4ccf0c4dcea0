"""Questions read aloud by somebody of the village."""

from api.http import Blueprint

recordings = Blueprint("recordings", __name__, description="A question as somebody of the village says it")
