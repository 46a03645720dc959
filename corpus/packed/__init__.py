"""Unpacks archives within limits, and cuts long files into parts that can be read apart.

Gives: guarded streams that stop a decompression bomb (unpacking), parts of zipped documents (zip_parts), blocks of
lines and groups of zip members (blocks). Writes nothing under a name from an archive.
"""
