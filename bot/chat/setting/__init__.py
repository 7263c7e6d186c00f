"""`/settings`: what a chat sets for itself, as a menu that one message holds."""
