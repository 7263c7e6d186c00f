"""Numbers as a picture: what is counted and shown is pure, and drawn in a child process that ends with the picture."""
