"""The index: documents, the engine protocol, and the embedded engine made of Whoosh and scikit-learn."""
