"""What an article is, and how to read one from a file. Imports nothing of ours."""

if __name__ == "corpus":  # a checkout's bare name for kiosque.corpus
    from kiosque.corpus.checkout import alias

    alias(__name__)
