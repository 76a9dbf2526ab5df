"""For those who write: what is wrong with the articles, what cannot be found, what is missing, what is due."""
