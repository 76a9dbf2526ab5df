"""What outlives a rebuild of the index: forum threads, tickets, the search log. One store per noun."""
