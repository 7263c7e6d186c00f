"""Buttons, one module for each group of them."""
