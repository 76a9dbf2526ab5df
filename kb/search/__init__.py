"""Search: from what somebody typed to ranked, explained hits. Works with any engine."""
