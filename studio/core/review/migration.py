"""Answers of projects that an older studio saved: kept as suggestions, to be confirmed for what is at hand now."""

from typing import Any

_OLD = ("model_sha256", "data_sha256")


def migrated(entered: Any) -> Any:
    """The JSON of `Answers` as version 1 projects have it, in today's form.

    Version 1 bound answers to the model's and the data's hash. Those hashes stay, under names that match no part, so
    that every such answer is stale until it is confirmed. What is no such JSON is returned as it is.
    """
    if not isinstance(entered, dict) or not isinstance(entered.get("answers", []), list):
        return entered
    return {**entered, "answers": [_answer(answer) for answer in entered.get("answers", [])]}


def _answer(answer: Any) -> Any:
    if not isinstance(answer, dict) or not any(name in answer for name in _OLD):
        return answer
    kept = {name: value for name, value in answer.items() if name not in _OLD}
    return {**kept, "parts": {name: answer[name] for name in _OLD if answer.get(name)}}
