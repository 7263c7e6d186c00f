"""The door to Telegram: the one folder that imports python-telegram-bot."""
