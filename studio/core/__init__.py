"""The trade: frozen dataclasses and pure functions; no Qt, no TensorFlow, no serial."""
