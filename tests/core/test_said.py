"""Every sentence is said so that the list for translators has it, with all that is filled in."""

import ast
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import studio

_SAYS = {"phrase", "phrase_count", "phrase_later"}
_TEMPLATES = {"phrase": 1, "phrase_count": 2, "phrase_later": 1}


def calls(node: ast.AST) -> Iterator[ast.Call]:
    for one in ast.walk(node):
        if isinstance(one, ast.Call) and isinstance(one.func, ast.Name) and one.func.id in _SAYS:
            yield one


def whats_wrong(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for outer in ast.walk(tree):
        if isinstance(outer, ast.JoinedStr):
            for call in calls(outer):
                yield call.lineno, "stands in an f-string, where the list for translators misses it"
    for call in calls(tree):
        assert isinstance(call.func, ast.Name)
        for template in call.args[: _TEMPLATES[call.func.id]]:
            if isinstance(template, ast.JoinedStr | ast.BinOp):
                yield call.lineno, "is put together, so that no translator can find it"
            elif (
                isinstance(template, ast.Constant)
                and isinstance(template.value, str)
                and call.func.id != "phrase_later"
            ):
                names = {
                    name.partition(".")[0] for _, name, _, _ in Formatter().parse(template.value) if name
                }
                given = {"count"} if call.func.id == "phrase_count" else set()
                given |= {str(keyword.arg) for keyword in call.keywords}
                if names - given and "None" not in given:  # None: **values
                    yield call.lineno, f"is not given {', '.join(sorted(names - given))}"
                if given - names - {"None", "count"}:
                    yield call.lineno, f"does not say {', '.join(sorted(given - names - {'count'}))}"


def said_at_import(tree: ast.AST) -> Iterator[int]:
    """Lines of sentences outside of functions: they would be said before anybody chose a language."""
    later = {
        id(call)
        for one in ast.walk(tree)
        if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for part in (one.body if isinstance(one.body, list) else [one.body])
        for call in calls(part)
    }
    for call in calls(tree):
        assert isinstance(call.func, ast.Name)
        if call.func.id != "phrase_later" and id(call) not in later:
            yield call.lineno


def test_every_sentence_can_be_found_and_is_given_what_it_says() -> None:
    found = []
    for path in sorted(Path(studio.__file__).parent.rglob("*.py")):
        text = path.read_text("utf-8")
        if "phrase" not in text:
            continue
        tree = ast.parse(text)
        found += [f"{path.name}:{line} {what}" for line, what in whats_wrong(tree)]
        found += [f"{path.name}:{line} is said at import" for line in said_at_import(tree)]
    assert found == []


def test_what_is_said_wrongly_is_found() -> None:
    wrong = (
        "f\"# {phrase('A heading')}\"",
        'phrase(f"It is {x}.")',
        'phrase("It is " + x)',
        'phrase("It is {x}.", y=1)',
        'phrase_count("{count} of {all} is open.", "{count} of {all} are open.", 3)',
    )
    for code in wrong:
        assert list(whats_wrong(ast.parse(code))), code
    right = (
        'phrase("It is {x}.", x=1)',
        "phrase(LATER, x=1)",
        'phrase("{who} signed.", **values)',
        'phrase_count("{count} row", "{count} rows", 1)',
    )
    for code in right:
        assert list(whats_wrong(ast.parse(code))) == [], code
        assert list(said_at_import(ast.parse(code)))
        assert not list(said_at_import(ast.parse(f"def say():\n    return {code}")))
