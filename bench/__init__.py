"""Measurements of speed and size. Each script says in its first lines how it is run; none is installed."""
