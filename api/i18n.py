"""Words in Chinese and English, from the one dictionary per language that server and pages share.

Everything that a person reads is put into words here, from a key and its parameters.
"""

import json
from functools import cache
from pathlib import Path

LANGUAGES = ("zh", "en")
STATIC = Path(__file__).resolve().parent.parent / "static"


@cache
def dictionary(language: str) -> dict[str, str]:
    """All texts of a language, by key."""
    return json.loads((STATIC / "i18n" / f"{language}.json").read_text(encoding="utf-8"))


def text(language: str, key: str, **params) -> str:
    """The text of `key` with its parameters put in; the key itself where a dictionary lacks it."""
    template = dictionary(language).get(key)
    if template is None:
        return key
    for name, value in params.items():
        template = template.replace("{" + name + "}", str(value))
    return template


def has_text(language: str, key: str) -> bool:
    return key in dictionary(language)


def negotiate(accept_languages) -> str:
    """The best of our languages for werkzeug's parsed Accept-Language; Chinese when nothing matches."""
    for tag, _quality in accept_languages:
        for language in LANGUAGES:
            if tag.lower() == language or tag.lower().startswith(language + "-"):
                return language
    return "zh"
