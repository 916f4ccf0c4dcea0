"""Villagers say what they think: campaigns by QR code, secret ballots at meetings, the suggestion box."""
