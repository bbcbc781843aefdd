"""The subject of a review: what exactly was looked at, each part by its SHA-256."""

from dataclasses import dataclass
from functools import lru_cache

from studio.core.canonical import digest
from studio.core.checklist import Part
from studio.core.review.answers import Answers


@dataclass(frozen=True, slots=True)
class Subject:
    """SHA-256 of each part ("" where there is none): the exact bytes exported, the model before, the data splits.

    `recipe` and `postprocessing` hash the choices made, `checklist` the file with the questions; `target` names board,
    engine and sensor; `checks_version` counts how checks are computed.
    """

    model_sha256: str
    float_model_sha256: str = ""
    test_sha256: str = ""
    validation_sha256: str = ""
    train_sha256: str = ""
    recipe_sha256: str = ""
    postprocessing_sha256: str = ""
    checklist_sha256: str = ""
    checks_version: str = ""
    target: str = ""

    @property
    def hash(self) -> str:
        """SHA-256 over the canonical JSON of the parts."""
        return _hash_of(self)


def postprocessing_hash(threshold: float) -> str:
    """SHA-256 of what stands between scores and what counts: the score from which a class counts as detected."""
    return digest({"threshold": threshold})


@lru_cache(maxsize=256)
def _hash_of(*said: object) -> str:
    return digest(list(said) if len(said) > 1 else said[0])


def parts_of(subject: Subject, entered: Answers) -> dict[str, str]:
    """What answers can be about, by Part, as hashes that change when it does."""
    return {
        Part.USE: _hash_of(entered.use, entered.out_of_scope),
        Part.DATA: _hash_of(subject.train_sha256, subject.validation_sha256, subject.test_sha256),
        Part.TEST: subject.test_sha256,
        Part.MODEL: subject.model_sha256,
        Part.POSTPROCESSING: subject.postprocessing_sha256,
        Part.TARGET: subject.target,
    }
