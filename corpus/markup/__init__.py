"""Parses HTML and XML within limits, and takes the readable text out of a tree.

Gives: `parse_page` (html_tree), article text (html_text), small questions to XML trees (xml_parts), and the limits that
are checked in the bytes before a parser sees them (tag_limits). Knows no format of its own.
"""
