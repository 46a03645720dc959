"""What to mark in a text, and which passages of it to show.

The highlighter, from a hit to its snippet (`engines.hits` makes these calls):

1. Targets. `marks.targets_of` asks each leaf of the query tree what it marks in each text field: words by their terms,
   phrases, forms as they are written. Excluded words and filters mark nothing.
2. Occurrences. Where terms alone tell what to mark, `execute.occurrences` reads token numbers from the postings of the
   hits: no text is scanned. Else `marker` scans the texts with the scanner that indexed them, so that marks and matches
   agree, and keeps the tokens that may be marked; `marks.covers` decides where two targets overlap. Both give a
   `passages.Found`: first and last token of each occurrence, and which target it is.
3. Passages. `passages.passages` cuts all hits of a page in one kernel call on their UTF-8 bytes, without a Python
   object per sentence or mark. It picks the occurrence with the most different targets near it, then the most, then
   the first; starts at the sentence of that occurrence (`sentences`) and takes as many whole sentences as fit. Where
   other targets are elsewhere, it tries two and three shorter passages, and keeps the fewest that have as many targets
   as possible. It finds the bytes of a token from the nearest known one (`index.segment.skips`), not from the start.
4. Snippet. `snippet.snippet` joins the passages on one line with "…" at the gaps, escapes the text for HTML, then marks
   it: in this order, so that an article cannot add a tag.

A title is marked the same way and shown whole; so is an article's own page (`marker.marks`). `compiling` compiles the
kernels at their first use.
"""
