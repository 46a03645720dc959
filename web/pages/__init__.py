"""The pages for people, each gathered into a view that its template prints.

`views` answers; `results_view` and `article_view` are what the two main templates see. Drawings are numbers for SVG
(histogram, chart). Text is escaped first and marked afterwards (marking).
"""
