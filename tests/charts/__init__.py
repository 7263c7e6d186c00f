"""Charts: counting, the words, the picture."""
