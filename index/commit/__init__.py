"""Makes written segments the index, atomically, and opens what was committed.

Gives: `write_lock` and `commit_segments` (transaction), durable renames (storage), the found table of contents
(contents), `open_reader` (reader), groups of copies (copies) and the kept report (reports). A reader sees the old
generation or the new one, never a mixture.
"""
