"""modsvc: comment moderation that a news site runs itself."""

__version__ = "0.1.0"
