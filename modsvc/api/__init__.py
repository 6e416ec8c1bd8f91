"""JSON for sites: a blueprint per resource, each a translation and nothing more."""
