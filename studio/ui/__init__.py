"""The window: Qt only, no arithmetic."""
