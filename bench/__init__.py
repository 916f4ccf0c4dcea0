"""Reproducible measurements, side by side; `make bench` runs them all (see README.md)."""
