"""Kills the service at chosen moments and counts what reached its readers. Begin with `harness.py`."""
