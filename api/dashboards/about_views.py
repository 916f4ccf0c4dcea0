"""What the application is, for whoever reviews or uses it: functions, data, what is not there; and its closing.

The pages are plain HTML without a script, so that they print, open on any machine and can be kept as they are.
"""

from flask import Blueprint as PlainBlueprint
from flask import current_app, render_template_string, request
from flask.views import MethodView

from api import about, db, i18n
from api.auth import PUBLIC, requires
from api.dashboards.about_service import application_facts
from api.dashboards.schemas import ApplicationFactsSchema
from api.dates import shanghai_day
from api.errors import current_language
from api.http import Blueprint, now

pages = PlainBlueprint("about", __name__)
application_facts_blueprint = Blueprint("application-facts", __name__, description="What this application is")

_PAGE = """<!doctype html>
<html lang="{{ 'zh-CN' if language == 'zh' else 'en' }}"><head><meta charset="utf-8"><title>{{ title }}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/styles/about.css"></head><body>
<header><p><a href="/">{{ t('about.back') }}</a>
<a href="?language={{ other }}" lang="{{ other }}">{{ t('about.other_language') }}</a></p><h1>{{ title }}</h1></header>
<main>{{ content|safe }}</main></body></html>"""
_FUNCTIONS = """<p>{{ t('about.intro') }} {{ t('about.print_hint') }}</p>
<h2>{{ t('about.facts') }}</h2><dl>{% for name, value in shown %}<dt>{{ t('about.fact.' ~ name) }}</dt>
<dd>{{ value or t('about.unset') }}</dd>{% endfor %}</dl>
<h2>{{ t('about.functions') }}</h2><dl>{% for key in book.functions %}
<dt>{{ t('about.function.' ~ key ~ '.name') }}</dt>
<dd>{{ t('about.function.' ~ key ~ '.text') }}</dd>{% endfor %}</dl>
<h2>{{ t('about.absent') }}</h2><ul>{% for key in book.absent %}<li>{{ t('about.absent.' ~ key) }}</li>{% endfor %}</ul>
<h2>{{ t('about.voluntary') }}</h2><p>{{ t('about.voluntary_text') }}</p>
<h2>{{ t('about.data') }}</h2><div class="frame" tabindex="0"><table><thead><tr>
{% for name in columns %}<th scope="col">{{ t('about.column.' ~ name) }}</th>{% endfor %}</tr></thead>
<tbody>{% for one in book.data %}<tr>{% for name in columns %}
<td>{{ t('about.data.' ~ one.key ~ '.' ~ name, days=facts.coordinates_days or '–') }}</td>
{% endfor %}</tr>{% endfor %}</tbody></table></div>
<h2>{{ t('about.rights') }}</h2><p>{{ t('about.rights_text') }}</p>
<h2>{{ t('about.shutdown') }}</h2><p>{% if closing %}<a href="/about/shutdown">{{ closing }}</a>
{% else %}{{ t('about.not_closing') }}{% endif %}</p>"""
_SHUTDOWN = """{% if closing %}<p><strong>{{ closing }}</strong></p>
<p>{{ t('about.closing_export') }}</p><p>{{ t('about.closing_data') }}</p><p>{{ t('about.closing_book') }}</p>
{% else %}<p>{{ t('about.not_closing') }}</p><p>{{ t('about.not_closing_text') }}</p>{% endif %}"""


@application_facts_blueprint.route("")
class ApplicationFacts(MethodView):
    @requires(PUBLIC)
    @application_facts_blueprint.response(200, ApplicationFactsSchema)
    def get(self):
        """Who runs this application, where, under which filing number, and whether it closes"""
        return application_facts(db.session(), settings=current_app.config, today=shanghai_day(now()))


@pages.get("/about/functions")
@requires(PUBLIC)
def functions_page():
    """What it does, what it keeps, why, how long and who sees it, and what it does not have."""
    facts = application_facts(db.session(), settings=current_app.config, today=shanghai_day(now()))
    county = facts["county"]
    shown = (("host", facts["host_unit"]), ("county", f"{county.name} {county.code}" if county else ""),
             ("filing", facts["filing_number"]), ("hotline", facts["hotline"]), ("version", facts["version"]))
    return _render(_FUNCTIONS, "about.title", facts=facts, shown=shown)


@pages.get("/about/shutdown")
@requires(PUBLIC)
def shutdown_page():
    """Whether and when the application closes, and what becomes of the data; told even while the database is away."""
    return _render(_SHUTDOWN, "about.closing")


def _render(template: str, title: str, **values) -> str:
    language = request.args.get("language")
    language = language if language in i18n.LANGUAGES else current_language()

    def t(key: str, **params) -> str:
        return i18n.text(language, key, **params)

    closes = current_app.config.get("CLOSES_ON")
    over = closes is not None and closes <= shanghai_day(now())
    closing = closes and t("about.closes_after" if over else "about.closes", day=closes)
    content = render_template_string(template, t=t, book=about.function_book(), closing=closing,
                                     columns=about.COLUMNS, **values)
    return render_template_string(_PAGE, t=t, title=t(title), language=language, content=content,
                                  other="en" if language == "zh" else "zh")
