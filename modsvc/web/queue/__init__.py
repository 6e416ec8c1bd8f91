"""The queue's pages: its lists and filters, decisions from them, views, and what was done."""

from modsvc.web.queue import deciding, done, listing, live, views
from modsvc.web.queue.blueprint import MAX_ID, bp
from modsvc.web.queue.listing import to_next_case

__all__ = ["MAX_ID", "bp", "deciding", "done", "listing", "live", "to_next_case", "views"]
