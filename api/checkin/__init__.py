"""Presence: check-ins, declarations, decisions, leave, stationed days, weeks, on-post rate."""
