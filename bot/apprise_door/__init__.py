"""The door to Apprise, and by it to more than a hundred channels: the one folder that imports it."""
