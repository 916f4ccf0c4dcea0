"""Roster: divisions, places, users, cadres, postings, policies, calendar, imports."""
