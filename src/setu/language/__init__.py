"""How the course speaks: its terms, its words to avoid, and the checks of a page's prose."""
