"""Rating campaigns: drafted, opened, and which villages they reach."""

from api.http import Blueprint

rating_campaigns = Blueprint("rating-campaigns", __name__,
                             description="What villagers are asked, by QR code: it informs, it never decides")
