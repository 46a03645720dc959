"""Builds the inverted index. Imports corpus."""
