"""Merges segments by copying their arrays: nothing is analysed or decompressed again.

Gives: `merge` (merge_segments), with one file for each part of a segment: documents, strings, terms and their forms,
postings. The kernels are in kernels.
"""
