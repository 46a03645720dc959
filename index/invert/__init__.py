"""Turns batches of articles into segments: scan, number, invert by counting, compress.

Gives: `BulkWriter` (bulk), inversion of token columns into posting lists (inversion), and the same arrays from plain
columns for Whoosh's own writer (encoding). No Python object per token.
"""
