"""Plain C99: the sources with a Makefile and CMake, a check against vectors, and a program for any POSIX system."""

from studio.core.formats.delivery import Delivery, Files, filled, shipped
from studio.core.formats.vectors import vectors_header


def files(delivery: Delivery) -> Files:
    """src/, link/, app/, Makefile and CMakeLists.txt."""
    found = {f"src/{name}": content for name, content in delivery.sources.items()}
    found |= shipped("link", "link/")
    found |= shipped("ports/posix", "app/")
    found["app/check.c"] = filled("c99/check.c")
    found["app/vectors.h"] = vectors_header(delivery)
    found["Makefile"] = filled("c99/Makefile", TITLE=delivery.title)
    found["CMakeLists.txt"] = filled("c99/CMakeLists.txt", NAME=delivery.name)
    return found
