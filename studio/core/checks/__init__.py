"""The review's computed checks, C1 to C18: one module for each family, pure functions on arrays."""
