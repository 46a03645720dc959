"""A segment: an immutable part of the index, as flat arrays with a manifest of checksums.

Gives: the table of fields (schema), `SegmentData` (segment_data), array files (arrays), posting lists (postings),
stored articles (store) and token skips (skips). Reads and writes files; knows nothing of commits or Whoosh's writers.
"""
