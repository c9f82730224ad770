"""The labs: English notebooks are run, and their code and outputs copied into the translations."""
