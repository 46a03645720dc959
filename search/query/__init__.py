"""Query text in, a query tree and notes out. Never raises, on any text.

`parse` is the door; lexer, parser and words are its three steps; `help` is the table of everything one can type, from
which the documentation, the help page and a test are made. Engines never see query text.
"""
