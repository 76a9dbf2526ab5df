"""What the benchmark of search speed is made of."""
