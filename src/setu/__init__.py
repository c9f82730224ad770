"""Setu: the tool behind the course (catalog, command line, checks, labs, site)."""
