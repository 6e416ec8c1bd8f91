"""How the shipped model is fitted, judged and written; the service never imports this."""
