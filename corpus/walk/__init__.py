"""Paths in, articles and refusals out: the only way into a corpus.

Gives: `read_corpus` and `cut_corpus` (read_corpus), the parts that processes share (parts), what holds over a whole run
(unify: identifiers, source names, exact copies), the learned boilerplate, and the `Report` that counts it all.
"""
