"""What a reader found of one article, completed into an `Article`.

Gives: `Draft` and `finish` (draft), the field names of foreign records (field_map), titles for texts without one
(title), and what single lines of a text say about it (stamp_lines). Pure: readers do the I/O.
"""
