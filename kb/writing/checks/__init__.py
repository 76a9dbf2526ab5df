"""The checks, one noun a file. Each takes the library and yields findings."""
