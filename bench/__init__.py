"""Side-by-side measurements, run by `make bench-…`: figures to read, never timed tests."""
