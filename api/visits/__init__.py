"""Households, who is linked to them, visits, and how many of them were visited."""
