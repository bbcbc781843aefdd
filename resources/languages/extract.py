"""Writes tinyml_studio.pot, the list of sentences to translate, anew: python resources/languages/extract.py."""

from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po

_HERE = Path(__file__).resolve().parent
TEMPLATE = _HERE / "tinyml_studio.pot"
_KEYWORDS = {"phrase": None, "phrase_later": None, "phrase_count": (1, 2)}
_HEADER = """\
# The sentences of TinyML Studio's review, for translators; docs/translating.md says what to do with them."""
_OF_THE_DAY = ('"POT-Creation-Date', '"Generated-By')


def found() -> Catalog:
    """The sentences that the code says, without places, so that the file changes with the sentences alone."""
    catalogue = Catalog(project="TinyML Studio", header_comment=_HEADER, fuzzy=False)
    studio = _HERE.parent.parent / "studio"
    for _, _, message, comments, _ in extract_from_dir(
        studio, keywords=_KEYWORDS, comment_tags=("Translators:",)
    ):
        catalogue.add(message, auto_comments=comments).flags.discard(
            "python-format"
        )  # "95 % of" looks like one
    return catalogue


def main() -> None:
    """Write the file."""
    content = BytesIO()
    write_po(content, found(), sort_output=True, omit_header=False, width=110)
    lines = content.getvalue().decode().splitlines()
    kept = [line for line in lines if not line.startswith(_OF_THE_DAY)]
    TEMPLATE.write_text("\n".join(kept) + "\n", "utf-8")


if __name__ == "__main__":
    main()
