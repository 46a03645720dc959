"""What an article is, and how to read one from a file. Imports nothing of ours."""
