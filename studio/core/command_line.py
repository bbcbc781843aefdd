"""The command that does without a window what was done in it."""

import json
import shlex

from studio.core.codec import to_json
from studio.core.project import Project
from studio.core.recipe import Recipe


def reproducing_command(project: Project, recipe: Recipe) -> str:
    """The command line that compresses, compiles and measures `recipe` with the project's model, data and board."""
    parts = ["tinyml-studio", "run", project.model]
    if project.data:
        parts += ["--data", project.data]
    parts += [
        "--board",
        project.board,
        "--optimize",
        project.optimize.value,
        "--recipe",
        short_recipe(recipe),
    ]
    return shlex.join(parts)


def short_recipe(recipe: Recipe) -> str:
    """The recipe as JSON on one line, without what is as usual."""
    usual = to_json(Recipe())
    chosen = {
        name: value for name, value in to_json(recipe).items() if value != usual[name] or name == "scheme"
    }
    if "layers" in chosen:
        chosen["layers"] = [
            {name: value for name, value in choice.items() if value is not None}
            for choice in chosen["layers"]
        ]
    return json.dumps(chosen)
