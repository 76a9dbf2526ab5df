"""Importers: one file for each kind of export. They take what they can, and say what they could not take."""
