"""How fast the learning process runs, against other programs of the same process; run it by `make bench`."""
