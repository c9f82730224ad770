"""Takes memory without end while it is imported."""

hoard: list[bytearray] = []
while True:
    hoard.append(bytearray(b"\1") * 2**24)
