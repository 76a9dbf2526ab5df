"""The way from a message being written to an answer, or to a ticket."""
