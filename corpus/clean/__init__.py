"""From bytes to the text of an article, and which lines are no part of it.

Gives: `decode` and line cleaning (lines), boilerplate rules, the removed lines kept as cuts, repaired encodings, and
print repair (hyphens, running heads). Pure: no I/O, no formats, no dates.
"""
