"""The six pages of the journey, one module each."""
