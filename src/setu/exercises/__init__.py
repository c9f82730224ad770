"""Running exercises on this machine: the learner's copy, one child process for each run."""
