"""Text as paper can hold it: without the characters that break a file or turn a line round. Knows no form."""

import re

# What XML cannot hold, and the marks that reverse the reading order: with one in a name the printed line would say
# something else than the record.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u202a-\u202e\u2066-\u2069]")


def printable(text: str) -> str:
    return _UNPRINTABLE.sub("", text)
