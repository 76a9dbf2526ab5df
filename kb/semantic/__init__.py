"""Meaning: a sentence encoder read from a folder, run inside the process. Optional: nothing else needs it."""
