"""What a model is exported as: one module a format, each a pure function from a delivery to files."""
