"""``setu learn``: the program that a learner keeps open beside the editor."""
