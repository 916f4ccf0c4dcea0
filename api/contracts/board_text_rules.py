"""The text of the notice board's pages, with places for words and data. Pure: nothing but constants."""

_HEAD = """<!doctype html>
<html lang="{{ 'zh-CN' if language == 'zh' else 'en' }}"><head><meta charset="utf-8"><title>{{ title }}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow">
<link rel="stylesheet" href="/styles/board.css"></head><body>"""

_DISCLOSURE = """{% macro disclosure(one) %}<article class="paper" data-testid="disclosure">
<h3>{{ one.title }}</h3>
<p class="when">{{ t('board.period', first=day(one.first_on), last=day(one.last_on)) }} ·
{{ t('board.published', day=day(one.published_at)) }}</p>
{% if one.text %}<p class="text">{{ one.text }}</p>{% endif %}
{% if one.lines %}{% for sums in one.totals %}{% set lines = one.lines|selectattr('direction', 'equalto',
sums.direction)|list %}{% if lines %}<table><caption>{{ t('board.direction.' ~ sums.direction) }}</caption><tbody>
{% for line in lines %}<tr><th scope="row">{{ line.text }}</th>
<td>{{ amount(line.hundredths) }}</td></tr>{% endfor %}</tbody>
<tfoot><tr><th scope="row">{{ t('board.total') }}</th><td>{{ amount(sums.total) }} {{ t('board.yuan') }}</td></tr>
</tfoot></table>{% endif %}{% endfor %}{% endif %}
{% if one.deliberations %}<ol class="stages">{% for stage in one.deliberations %}
<li><strong>{{ t('board.stage.' ~ stage.stage) }}</strong> {{ day(stage.held_on) }}
{% if stage.present is not none %}{{ t('board.present', present=stage.present, entitled=stage.entitled or '–') }}
{% endif %}{% if stage.in_favour is not none %}{{ t('board.in_favour', count=stage.in_favour) }}{% endif %}
{% if stage.note %}<br>{{ stage.note }}{% endif %}</li>{% endfor %}</ol>{% endif %}
{% if one.hints %}<ul class="hints">{% for hint in one.hints %}<li>
{% if hint.stage %}{{ t('board.hint.' ~ hint.reason, stage=t('board.stage.' ~ hint.stage)) }}
{% else %}{{ t('board.hint.' ~ hint.reason, direction=t('board.direction.' ~ hint.direction), percent=hint.percent,
most=hint.most_percent) }}{% endif %}</li>{% endfor %}</ul>{% endif %}
{% if one.files %}<ul class="files">{% for file in one.files %}<li>
<a href="/notice-board/{{ code }}/files/{{ file.id }}">{{ file.name }}</a> <small>{{ size(file.size_bytes) }}</small>
</li>{% endfor %}</ul>{% endif %}</article>{% endmacro %}"""

_ITEMS = """{% macro items_of(contract) %}{% for dimension in dimensions %}{% set items = contract['items']|selectattr(
'dimension', 'equalto', dimension)|list %}{% if items %}<h4>{{ t('board.dimension.' ~ dimension) }}</h4><ol>
{% for item in items %}<li value="{{ item.number }}" data-testid="promise"><p>{{ item.text }}</p>
<p class="detail">{% if item.target is not none %}<span>{{ t('board.target', target=amount(item.target),
unit=item.unit or '') }}</span> {% endif %}
{% if item.standard %}<span>{{ t('board.standard', text=item.standard) }}</span> {% endif %}
{% if item.due_on %}<span>{{ t('board.due', day=day(item.due_on)) }}</span> {% endif %}
{% if item.responsible %}<span>{{ t('board.responsible', name=item.responsible) }}</span> {% endif %}
{% if item.is_imposed %}<span>{{ t('board.imposed', basis=item.legal_basis) }}</span>{% endif %}</p>
{% if item.acceptance %}<p class="verdict {{ item.acceptance.verdict }}">
<strong>{{ t('board.verdict.' ~ item.acceptance.verdict) }}</strong>
{{ t('board.inspected', day=day(item.acceptance.inspected_on)) }}
{% if item.acceptance.measured is not none %}{{ t('board.measured', value=amount(item.acceptance.measured),
unit=item.unit or '') }}{% endif %}
{% if item.acceptance.asked %}{{ t('board.survey', asked=item.acceptance.asked,
satisfied=item.acceptance.satisfied) }}{% endif %}</p>
{% else %}<p class="verdict">{{ t('board.verdict.none') }}</p>{% endif %}</li>{% endfor %}</ol>
{% endif %}{% endfor %}{% endmacro %}"""

_PROMISES = """<section id="promises"><h2>{{ t('board.promises') }}</h2>
{% for contract in board.contracts %}{% set counts = summary(contract['items']) %}
{% if contract.last_on < today or contract.is_closed %}<details class="contract" data-testid="contract">
<summary>{{ t('board.contract.' ~ contract.kind, first=contract.first_on.year, last=contract.last_on.year) }}</summary>
{% else %}<div class="contract" data-testid="contract">
<h3>{{ t('board.contract.' ~ contract.kind, first=contract.first_on.year, last=contract.last_on.year) }}</h3>{% endif %}
<p class="when">{{ t('board.counts', **counts) }} {{ t('board.published', day=day(contract.published_at)) }}
{% if contract.number > 1 %}{{ t('board.revision', number=contract.number) }}{% endif %}</p>
{{ items_of(contract) }}
{% if contract.last_on < today or contract.is_closed %}</details>{% else %}</div>{% endif %}
{% else %}<p class="empty">{{ t('board.none.promises') }}</p>{% endfor %}</section>"""

_MARKS = """<section id="marks"><h2>{{ t('board.marks') }}</h2>
{% for sheet in board.marks %}<article class="paper"><h3>{{ t('board.half.' ~ (1 if sheet.half_on.month < 7 else 2),
year=sheet.half_on.year) }}</h3>
<p class="when">{{ sheet.scheme }} · {{ t('board.published', day=day(sheet.published_at)) }}</p>
<table><tbody>{% for one in sheet.criteria %}<tr><th scope="row">{{ one.text }}</th>
<td>{{ amount(one.marks) or '–' }}{% if one.full_marks is not none %} / {{ one.full_marks }}{% endif %}</td></tr>
{% endfor %}</tbody><tfoot><tr><th scope="row">{{ t('board.total') }}</th>
<td>{{ amount(sheet.marks) }} / {{ sheet.full_marks }}</td></tr></tfoot></table></article>
{% else %}<p class="empty">{{ t('board.none.marks') }}</p>{% endfor %}</section>"""

_POSTER = """{% if poster %}<section class="poster {{ poster.size }}" data-testid="poster">
<h1>{{ title }}</h1>
<h2>{{ t('board.contract.' ~ poster.contract.kind, first=poster.contract.first_on.year,
last=poster.contract.last_on.year) }}</h2><div class="grid">
{% for dimension in dimensions %}<div class="field"><h3>{{ t('board.dimension.' ~ dimension) }}</h3><ol>
{% for item in poster.contract['items'] if item.dimension == dimension %}<li value="{{ item.number }}">{{ item.text }}
{% if item.target is not none %}<b>{{ amount(item.target) }} {{ item.unit or '' }}</b>{% endif %}
{% if item.due_on %}<small>{{ t('board.due', day=day(item.due_on)) }}</small>{% endif %}</li>
{% else %}<li class="empty">{{ t('board.none.field') }}</li>{% endfor %}</ol></div>{% endfor %}</div>
<div class="foot"><div>{% if board.hotline %}<p class="hotline">{{ t('board.hotline') }} <b>{{ board.hotline }}</b></p>
{% endif %}<p>{{ t('board.scan') }}</p><p>{{ board.address }}</p></div>{{ qr|safe }}
<div><p>{{ t('board.box_scan') }}</p><p>{{ board.box }}</p></div>{{ box_qr|safe }}</div></section>{% endif %}"""

BOARD = _HEAD + _DISCLOSURE + _ITEMS + """<div class="screen"><header>
<p class="above">{{ board.township.name if board.township }}
<a href="/notice-board/{{ code }}{{ '?language=en' if other == 'en' else '' }}" lang="{{ other }}">
{{ t('board.other_language') }}</a></p><h1>{{ title }}</h1>
{% if board.hotline %}<p class="hotline" data-testid="hotline">{{ t('board.hotline') }}
<a href="tel:{{ board.hotline|replace(' ', '') }}">{{ board.hotline }}</a></p>{% endif %}
<p><a href="/suggestions/{{ code }}" data-testid="box">{{ t('board.box') }}</a></p>
<nav><a href="#promises">{{ t('board.promises') }}</a>
{% for name, found in classes %}<a href="#{{ name }}">{{ t('board.class.' ~ name) }}</a>{% endfor %}
<a href="#marks">{{ t('board.marks') }}</a></nav></header><main>""" + _PROMISES + """
{% for name, found in classes %}<section id="{{ name }}"><h2>{{ t('board.class.' ~ name) }}</h2>
{% for one in found[:in_full] %}{{ disclosure(one) }}{% else %}<p class="empty">{{ t('board.none.disclosures') }}</p>
{% endfor %}{% if found|length > in_full %}<h3>{{ t('board.earlier') }}</h3><ul class="more">
{% for one in found[in_full:] %}<li><a href="/notice-board/{{ code }}/disclosures/{{ one.id }}{{ query }}">
{{ one.title }}</a> <small>{{ day(one.last_on) }}</small></li>{% endfor %}</ul>{% endif %}</section>{% endfor %}
""" + _MARKS + """</main><footer><p>{{ t('board.about') }}</p><p>{{ t('board.print') }}</p>{{ qr|safe }}
<p class="address">{{ board.address }}</p><p>{{ t('board.box_scan') }}</p>{{ box_qr|safe }}
<p class="address">{{ board.box }}</p></footer></div>""" + _POSTER + """</body></html>"""

DISCLOSURE = _HEAD + _DISCLOSURE + """<div class="screen alone"><header><p class="above">
<a href="/notice-board/{{ code }}{{ query }}">{{ t('board.back', village=village.name) }}</a></p></header>
<main>{{ disclosure(one) }}</main></div></body></html>"""

MISSING = _HEAD + """<div class="screen"><header><h1>{{ title }}</h1></header>
<main><p>{{ t('board.missing.text') }}</p></main></div></body></html>"""
