"""One file a format: each reader turns one file into articles and refusals.

`formats` is the table: a new format is a new file here and one row there. `dispatch` chooses the reader by suffix and
content (sniffing). Readers over heavy libraries are imported when the first file of their format is met.
"""
