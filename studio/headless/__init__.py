"""The same journey without a window."""
