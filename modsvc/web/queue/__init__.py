"""The queue's pages: its lists and filters, decisions from them, and views."""

from modsvc.web.queue import deciding, listing, live, views
from modsvc.web.queue.blueprint import MAX_ID, bp, by_script
from modsvc.web.queue.listing import to_next_case

__all__ = ["MAX_ID", "bp", "by_script", "deciding", "listing", "live", "to_next_case", "views"]
