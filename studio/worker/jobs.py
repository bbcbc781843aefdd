"""The jobs the worker does: a table of names and functions."""

import inspect
import typing
from collections.abc import Callable
from typing import Any

from studio.core.codec import from_json
from studio.core.errors import StudioError
from studio.worker.build import compile_candidate, measure
from studio.worker.compress import compress
from studio.worker.copies import strip_copies
from studio.worker.data import inspect_data
from studio.worker.evaluate import evaluate
from studio.worker.export import export
from studio.worker.figures import figures
from studio.worker.inspect_layers import inspect_layers
from studio.worker.load import load
from studio.worker.preview import preview
from studio.worker.report import Report
from studio.worker.review_checks import review_checks
from studio.worker.search import search
from studio.worker.sensitivity import sensitivity
from studio.worker.training import train

JOBS: dict[str, Callable[..., Any]] = {
    "load": load,
    "inspect_data": inspect_data,
    "compress": compress,
    "preview": preview,
    "compile_candidate": compile_candidate,
    "evaluate": evaluate,
    "measure": measure,
    "inspect_layers": inspect_layers,
    "review_checks": review_checks,
    "strip_copies": strip_copies,
    "export": export,
    "train": train,
    "sensitivity": sensitivity,
    "search": search,
    "figures": figures,
}


def run(job: str, arguments: dict[str, Any], report: Report) -> Any:
    """Do `job` with arguments in their JSON form; the function's own type hints say what they are."""
    function = JOBS.get(job)
    if function is None:
        known = ", ".join(JOBS)
        raise StudioError(f"The worker knows no job '{job}', only {known}. Update the studio.")
    hints = typing.get_type_hints(function)
    names = [name for name in inspect.signature(function).parameters if name != "report"]
    try:
        if wrong := sorted(set(arguments) ^ set(names)):
            raise ValueError(f"'{wrong[0]}' is missing or unknown")
        values = {name: from_json(hints[name], arguments[name], name) for name in names}
    except ValueError as error:
        raise StudioError(f"The job '{job}' was asked for wrongly: {error}. Update the studio.") from error
    return function(**values, report=report)
