"""A demo site: one article, its readers' comments, and a page that shows both."""
