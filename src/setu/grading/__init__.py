"""The class: other people's submissions, run in a sandbox and graded from outside."""
