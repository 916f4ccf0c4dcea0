"""Figures of contracts: by state, and what became of their items; and the villages that have none."""

from flask.views import MethodView

from api import db
from api.auth import identity, requires
from api.contracts.contract_figure_schemas import (
    ContractFiguresQuerySchema,
    ContractFiguresSchema,
    VillagesWithoutQuerySchema,
    VillagesWithoutSchema,
)
from api.contracts.contract_figures_service import contract_figures as figures_of
from api.contracts.contract_lists_service import villages_without
from api.dates import shanghai_day
from api.http import Blueprint, now
from api.paging import pagination
from api.postings.access_service import visible_division

READS = ("supervisor", "village")

contract_figures = Blueprint("contract-figures", __name__, description="Contracts by state, items by verdict")
villages_without_contracts = Blueprint("villages-without-contracts", __name__,
                                       description="Villages without the contract of a year")


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


@villages_without_contracts.route("")
class VillagesWithoutContracts(MethodView):
    @requires(*READS)
    @villages_without_contracts.arguments(VillagesWithoutQuerySchema, location="query")
    @villages_without_contracts.response(200, VillagesWithoutSchema)
    def get(self, query):
        """Villages without the contract of a year, in the order of the roster; pages by X-Pagination"""
        session, today = db.session(), shanghai_day(now())
        division = visible_division(session, identity=identity(), code=query["division"], roles=READS)
        found, count = villages_without(session, division=division, year=query["year"] or today.year,
                                        on=query["on"] or today, page=query["page"], page_size=query["page_size"])
        return {"villages": found}, 200, {"X-Pagination": pagination(count, query)}
