"""Text to terms: the French analyzer, and the scanner that does the same on bytes.

Gives: `tokenize` and `term_of` (analyzer), the words that a form can be a form of (word_table, made by make_words with
the rules of inflection), `scan` over UTF-8 bytes (scanner), the numbered surfaces of a build (lexicon), and near-copy
signatures (signatures). A test holds the scanner equal to the analyzer on every text.
"""
