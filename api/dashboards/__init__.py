"""Reads that cross slices: the month table and its exports."""
