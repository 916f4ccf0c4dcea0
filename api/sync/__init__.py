"""Many records of a phone at once, and what changed for it meanwhile."""
