"""Whoosh's readers and writers over Kiosque's segments.

Gives: the codec and `KiosqueSegment` (whoosh_codec), `kiosque_writer` (writer), and one file for each of Whoosh's
reader and writer roles. Any Whoosh program can open the index, and Whoosh's own searcher is the oracle of the tests.
"""
