"""The pages for people, each gathered into a view that its template prints.

`views` answers; `results_view` and `article_page` are what the two main templates print, `article_text` the marked
text. Drawings are numbers for SVG (histogram, chart). Text is escaped first and marked afterwards.
"""
