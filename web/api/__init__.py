"""The JSON API, and results to take away.

`operations` is the table from which openapi.json and the API page are made; `views` answers. Exports stream whole
results, feeds are Atom, citations are RIS, BibTeX and CSL.
"""
