"""Files that people send, and what comes of them."""
