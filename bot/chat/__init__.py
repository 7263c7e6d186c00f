"""The conversation: what arrives, who may what, and what is answered. Nothing here knows Telegram's library."""
