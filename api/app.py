"""Puts the application together: settings, database, slices, pages."""

import os
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from flask import Flask, request
from marshmallow import ValidationError as MarshmallowError
from sqlalchemy.exc import DBAPIError
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import BaseConverter, IntegerConverter, ValidationError

from api import config, db, errors, ops, pages
from api.auth import PUBLIC, requires
from api.checkin import (
    coverage_views,
    emergency_views,
    errands_views,
    figures_views,
    leave_views,
    month_views,
    privacy_views,
    register_views,
)
from api.checkin import views as checkin_views
from api.contracts import (
    acceptance_views,
    board_page_views,
    board_views,
    check_views,
    contract_figure_views,
    contract_views,
    deed_views,
    item_views,
    mark_views,
    notice_views,
    size_views,
)
from api.dashboards import (
    about_views,
    calendar_views,
    figure_views,
    map_views,
    matter_views,
    oddity_views,
    photo_repeat_views,
    template_views,
    village_posts_views,
)
from api.dashboards import views as dashboard_views
from api.description import Api
from api.diary import (
    concern_views,
    entry_views,
    meetings_views,
    pledges_views,
    reading_views,
    reception_views,
    reports_views,
    special_report_views,
)
from api.http import MAX_ID, Day
from api.photos import views as photo_views
from api.postings import (
    accounts_service,
    audit_views,
    division_views,
    handovers_views,
    imports_views,
    proposals_views,
    roster_views,
    session_views,
    user_views,
)
from api.ratings import (
    ballot_views,
    campaign_views,
    code_views,
    recording_views,
    result_views,
    suggestion_page_views,
    suggestion_views,
    teller_views,
    vote_views,
)
from api.sealing import Keyring
from api.short_way import NeedsTransaction
from api.sync import views as sync_views
from api.visits import households_views, linkages_views, rounds_views, terms_views, visit_coverage_views

BLUEPRINTS = (
    session_views.sessions, session_views.me, division_views.divisions, division_views.places, roster_views.cadres,
    roster_views.postings, division_views.policies, division_views.calendar_days, user_views.users, user_views.grants,
    user_views.invitations, user_views.invitation_sheets, audit_views.audit_entries, audit_views.audit_chains,
    audit_views.audit_checks, imports_views.imports, checkin_views.check_ins, checkin_views.declarations,
    checkin_views.decisions, figures_views.stationed_days, figures_views.on_post_rates, leave_views.leaves,
    month_views.month_sheets, month_views.month_steps, month_views.month_closings, register_views.register_lines,
    dashboard_views.exports, template_views.print_templates, errands_views.errands, proposals_views.place_proposals,
    coverage_views.place_coverage,
    photo_views.photos, photo_repeat_views.photo_repeats, photo_repeat_views.photo_reviews, handovers_views.handovers,
    privacy_views.coordinate_reveals, privacy_views.data_requests,
    privacy_views.my_data, sync_views.sync, sync_views.conflicts, about_views.application_facts_blueprint,
    concern_views.concerns, concern_views.concern_figures, reception_views.receptions,
    special_report_views.special_reports,
    households_views.households, households_views.household_groups, households_views.household_searches,
    households_views.phone_reveals, terms_views.terms, linkages_views.linkages, linkages_views.linkage_figures,
    reports_views.reports, reports_views.submitted_reports,
    rounds_views.rounds, rounds_views.visits, rounds_views.visit_annulments, rounds_views.companions,
    rounds_views.companion_answers, rounds_views.teammates, visit_coverage_views.visit_coverage,
    visit_coverage_views.unvisited_households, entry_views.diary_entries, entry_views.diary_submissions,
    meetings_views.meetings, pledges_views.pledges,
    reading_views.diary_days,
    reading_views.unread_diary_entries, reading_views.diary_readings, reading_views.diary_samples,
    contract_views.contracts, item_views.commitment_items,
    contract_figure_views.contract_figures, contract_figure_views.villages_without_contracts, size_views.village_sizes,
    deed_views.deeds, deed_views.completions,
    acceptance_views.acceptances, acceptance_views.assessor_rosters,
    notice_views.supervision_notices, notice_views.notice_drafts, notice_views.notice_figures,
    check_views.spot_checks, check_views.findings,
    mark_views.mark_schemes, mark_views.mark_sheets,
    board_views.disclosures, board_views.notice_boards,
    campaign_views.rating_campaigns, code_views.code_batches, recording_views.recordings,
    ballot_views.ballot_papers, ballot_views.ballots,
    result_views.rating_results, result_views.rating_texts,
    vote_views.assessed_votes, teller_views.teller_papers, teller_views.teller_counts,
    suggestion_views.suggestions, suggestion_views.suggestion_receipts,
    figure_views.month_figures, village_posts_views.village_posts, map_views.map_villages, calendar_views.day_calendars,
    matter_views.matters, oddity_views.oddities, emergency_views.emergency_duties,
)
ATTEMPTS = 3


class IdConverter(IntegerConverter):
    """An internal key in a path; what the databases could not hold is not found."""

    regex = "[0-9]{1,10}"

    def __init__(self, url_map):
        super().__init__(url_map, min=1, max=MAX_ID)


class DayConverter(BaseConverter):
    """A date in a path."""

    regex = "[0-9]{4}-[0-9]{2}-[0-9]{2}"

    def to_python(self, value):
        try:
            return Day().deserialize(value)
        except MarshmallowError as error:
            raise ValidationError from error

    def to_url(self, value):
        return value.isoformat()


class CodeConverter(BaseConverter):
    """A 12-digit division code in a path."""

    regex = "[0-9]{12}"


class HashConverter(BaseConverter):
    """The SHA-256 of a file in a path, in small hexadecimal digits."""

    regex = "[0-9a-f]{64}"


class YearConverter(IntegerConverter):
    """A year in a path, as our dates may have them."""

    regex = "20[0-9]{2}"


class Zhucun(Flask):
    """Runs a request again, at most three times in all, when the database chose it as a deadlock's victim.

    And once more when it took the short way to the database and has more to write.
    """

    def dispatch_request(self, **kwargs):
        runs_left = ATTEMPTS
        while True:
            try:
                return super().dispatch_request(**kwargs)
            except NeedsTransaction:
                db.leave_short_way()
            except DBAPIError as error:
                runs_left -= 1
                if not runs_left or not errors.must_run_again(error):
                    raise
            db.restart()
            for file in request.files.values():
                file.stream.seek(0)


def create_app(overrides: Mapping | None = None) -> Flask:
    """The application. `overrides` takes the place of settings from the environment (tests, commands).

    Raises BadSettings that names every missing or wrong setting.
    """
    environ = dict(os.environ)
    settings = dict(overrides) if overrides is not None else config.from_env(environ)
    app = Zhucun("api", static_folder=None)
    app.config.update({
        "ENVIRON": environ, "CLOCK": lambda: datetime.now(UTC),
        "IDENTITY_LOADER": accounts_service.load_identity, "KEEP_ALIVE": accounts_service.slide_session,
        "DESK_IDLE": timedelta(minutes=30), "MAX_CONTENT_LENGTH": 1024 * 1024, "MAX_FORM_MEMORY_SIZE": 1024 * 1024,
        "API_TITLE": "Zhucun", "API_VERSION": "v1", "OPENAPI_VERSION": "3.1.0", "OPENAPI_URL_PREFIX": "/",
        "OPENAPI_JSON_PATH": "openapi.json",
        # Any other Host header is refused, so that no link can be made to lead elsewhere.
        "TRUSTED_HOSTS": sorted({urlsplit(origin).hostname or "" for origin in settings["ORIGINS"]}),
        **settings,
    })
    app.config.setdefault("SECRET", None)
    if app.config["SECRET"] is None:
        app.config["SECRET"] = config.secret_key(app.config["VAR"])
    app.config.setdefault("SEALING", None)
    if app.config["SEALING"] is None:
        app.config["SEALING"] = Keyring.of(app.config)
    app.json.ensure_ascii = True
    # The order in which the schemas name them is the better one for a reader, and sorting a table's takes its time.
    app.json.sort_keys = False
    app.url_map.converters.update(id=IdConverter, day=DayConverter, code=CodeConverter, sha256=HashConverter,
                                  year=YearConverter)
    if app.config["PROXIES"]:
        proxies = app.config["PROXIES"]
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=0)
    db.Database(app.config["DATABASE_URL"], app.config.get("DATABASE_BIND")).init_app(app)
    ops.init_app(app)
    pages.init_app(app)
    app.register_blueprint(about_views.pages)
    app.register_blueprint(board_page_views.page)
    app.register_blueprint(suggestion_page_views.page)
    errors.init_app(app)
    _register_api(app)
    return app


def _register_api(app: Flask) -> None:
    api = Api(app)
    schemes = api.spec.components
    schemes.security_scheme("session", {"type": "apiKey", "in": "cookie", "name": "zhucun_session"})
    schemes.security_scheme("bearer", {"type": "http", "scheme": "bearer"})
    api.register_converter(DayConverter, lambda _converter: {"type": "string", "format": "date"})
    api.register_converter(CodeConverter, lambda _converter: {"type": "string", "pattern": "^[0-9]{12}$"})
    api.register_converter(HashConverter, lambda _converter: {"type": "string", "pattern": "^[0-9a-f]{64}$"})
    api.register_converter(YearConverter, lambda _converter: {"type": "integer", "minimum": 2000, "maximum": 2099})
    for blueprint in BLUEPRINTS:
        api.register_blueprint(blueprint)
    # flask-smorest adds this one route itself.
    document = next(rule.endpoint for rule in app.url_map.iter_rules() if rule.rule == "/openapi.json")
    app.view_functions[document] = requires(PUBLIC)(app.view_functions[document])
