"""Words in Chinese and English, from the one dictionary per language that server and pages share.

Everything that a person reads is put into words here, from a key and its parameters.
"""

import json
import re
from functools import cache
from pathlib import Path

LANGUAGES = ("zh", "en")
STATIC = Path(__file__).resolve().parent.parent / "static"


@cache
def dictionary(language: str) -> dict[str, str]:
    """All texts of a language, by key."""
    return json.loads((STATIC / "i18n" / f"{language}.json").read_text(encoding="utf-8"))


def text(language: str, key: str, /, **params) -> str:
    """The text of `key` with its parameters put in; the key itself where a dictionary lacks it."""
    template = dictionary(language).get(key)
    return key if template is None else _filled(template, params)


def has_text(language: str, key: str) -> bool:
    return key in dictionary(language)


def field_message(language: str, message: str) -> str:
    """A schema's message in words, such as "Longer than maximum length 60."; as it is where no text fits it.

    Its keys are `validation.` and the message itself, with the schema's {placeholders}.
    """
    for pattern, template in _field_messages(language):
        fits = pattern.fullmatch(message)
        if fits:
            return _filled(template, fits.groupdict())
    return message


def _filled(template: str, params: dict) -> str:
    # In one pass, so that a value in braces is never taken for a parameter.
    return re.sub(r"\{(\w+)\}", lambda found: str(params.get(found[1], found[0])), template)


@cache
def _field_messages(language: str) -> list[tuple[re.Pattern, str]]:
    return [
        (re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+)", re.escape(key.removeprefix("validation.")))), template)
        for key, template in dictionary(language).items() if key.startswith("validation.")
    ]


def negotiate(accept_languages) -> str:
    """The best of our languages for werkzeug's parsed Accept-Language; Chinese when nothing matches."""
    for tag, quality in accept_languages:
        for language in LANGUAGES:
            if quality > 0 and (tag.lower() == language or tag.lower().startswith(language + "-")):
                return language
    return "zh"
