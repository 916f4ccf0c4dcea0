"""Faults: killed, full, cut off, twice at once."""
