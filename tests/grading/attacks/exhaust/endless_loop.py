"""Computes without end while it is imported."""

number = 0
while True:
    number += 1
