"""Figures of contracts: by state, and what became of their items."""

from flask.views import MethodView

from api import db
from api.auth import identity, requires
from api.contracts.contract_figure_schemas import ContractFiguresQuerySchema, ContractFiguresSchema
from api.contracts.contract_figures_service import contract_figures as figures_of
from api.dates import shanghai_day
from api.http import Blueprint, now
from api.postings.access_service import visible_division

READS = ("supervisor", "village")

contract_figures = Blueprint("contract-figures", __name__, description="Contracts by state, items by verdict")


@contract_figures.route("")
class ContractFigures(MethodView):
    @requires(*READS)
    @contract_figures.arguments(ContractFiguresQuerySchema, location="query")
    @contract_figures.response(200, ContractFiguresSchema)
    def get(self, query):
        """The year's contracts of a division and of those directly below it"""
        session, today = db.session(), shanghai_day(now())
        division = visible_division(session, identity=identity(), code=query["division"], roles=READS)
        year = query["year"] or today.year
        total, rows = figures_of(session, division=division, year=year, today=today)
        return {"year": year, "total": total, "rows": rows}
