"""Codes as addresses and pictures that a telephone's camera reads."""

import segno

from api.ratings.codes_rules import groups


def ballot_address(origin: str, code: str) -> str:
    """Where a code leads; it stands in the fragment, which no server ever logs."""
    return f"{origin}/r/#{code}"


def qr_data_uri(text: str) -> str:
    """A QR code as a small SVG data URI.

    The mask is given: to try all eight takes four times as long, and random characters make no patterns that a mask
    would have to break up.
    """
    return segno.make(text, error="m", micro=False, boost_error=False, mask=0).svg_data_uri(
        xmldecl=False, svgclass=None, lineclass=None, omitsize=True, border=4)


def card(origin: str, code: str) -> dict:
    """A code in groups for typing, and as a picture."""
    return {"code_groups": groups(code), "qr_svg_data_uri": qr_data_uri(ballot_address(origin, code))}
