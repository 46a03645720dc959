"""Builds the inverted index. Imports corpus."""

if __name__ == "index":  # a checkout's bare name for kiosque.index
    from kiosque.corpus.checkout import alias

    alias(__name__)
