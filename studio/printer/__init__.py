"""A page as PDF: a process of its own, because it needs Qt and those who print do not."""
