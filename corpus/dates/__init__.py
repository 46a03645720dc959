"""Finds a date in text, metadata or a path, with its precision and how sure it is.

Gives: `Stamp` and `choose_date` (stamp), the written forms of metadata (metadata_dates), agency datelines (dateline)
and days told from another day (relative_days). Pure: no I/O and no clock. Never guesses: no date beats a wrong one.
"""
