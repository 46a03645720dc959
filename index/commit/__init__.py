"""Commits written segments atomically, and opens the last commit.

Gives: `write_lock` and `commit_segments` (transaction), durable renames (storage), the checked table of contents
(table_of_contents), `open_reader` (reader), groups of copies (copies), the report (reports). A reader sees the old
generation or the new one, never a mixture.
"""
