"""Reads what `npm run dataset` writes: LLaVA records and the manifest of a strategy for training, VLMEvalKit files for evaluation. No torch here.

A record:   {"id": str, "image": "images/x.png", "conversations": [{"from": "human", "value": "<image>\\n\\n…"}, {"from": "gpt", "value": "…"}]}
            without "image" and "<image>" where the record is text only. A file is a JSON list of them, in the order in which they are trained on.
A manifest: {"strategy": str, "phases": [{"name", "file", "epochs", "order", "trains", "continues"}]}; other keys are ignored.
"""

from __future__ import annotations

import base64
import binascii
import csv
import json
import math
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, List, Optional, Tuple

from settings import RecipeError

IMAGE_PLACE = "<image>"
ORDERS = ("global-shuffle", "interleave", "sequential")
TRAINED = ("all", "language-model")
MAX_INDEX_CHARACTERS = 64
"""VLMEvalKit: an image cell of at most so many characters names another row."""


@dataclass(frozen=True)
class Record:
    """One conversation of one question and one answer. The picture, if there is one, stands before the question."""

    id: str
    question: str
    answer: str
    image: Optional[str]


@dataclass(frozen=True)
class Run:
    """One trainer run: fresh optimiser and schedule, weights of the run before."""

    name: str
    files: Tuple[Path, ...]
    epochs: float
    shuffled: bool
    """Whether each epoch has an order of its own. Otherwise the rows are trained on as they stand in the file."""
    trains: str


@dataclass(frozen=True)
class Question:
    """One row of a VLMEvalKit file. `image` is an encoded picture (PNG or JPEG)."""

    index: str
    question: str
    image: Optional[bytes]


def read_records(file: Path, image_root: Path) -> List[Record]:
    """All records of a LLaVA file; every picture is there. RecipeError names the first record that is not as it should be."""
    rows = _json(file)
    if not isinstance(rows, list) or len(rows) == 0:
        raise RecipeError(f"{file}: expected a JSON list of LLaVA records, got {_kind(rows)}: export it with --format llava")
    return [_record(row, f"{file}: record {i}", image_root) for i, row in enumerate(rows)]


def read_manifest(file: Path) -> List[Run]:
    """The trainer runs of a strategy, in order. A phase that continues the one before joins its run: one optimiser, one schedule, order as stored."""
    manifest = _json(file)
    phases = manifest.get("phases") if isinstance(manifest, dict) else None
    if not isinstance(phases, list) or len(phases) == 0:
        raise RecipeError(f"{file}: expected an object with a list 'phases', got {_kind(manifest)}: name the manifest.json of an export")
    runs: List[Run] = []
    for number, phase in enumerate(phases, start=1):
        where = f"{file}: phase {number}"
        run, continues = _phase(phase, number, where, file.parent)
        if not continues:
            runs.append(run)
        elif len(runs) == 0:
            raise RecipeError(f"{where}: expected 'continues' only after a first phase, got it in the first: export again")
        else:
            runs[-1] = _joined(runs[-1], run, where)
    return runs


def read_questions(file: Path) -> List[Question]:
    """All questions of a VLMEvalKit TSV file: columns index, question, and image (base64, or the index of the row whose picture it is, or empty)."""
    csv.field_size_limit(min(sys.maxsize, 2**31 - 1))  # a picture is longer than the 128 kB of the default
    with _opened(file) as stream:
        rows = list(csv.DictReader(stream, delimiter="\t"))
    if len(rows) == 0:
        raise RecipeError(f"{file}: expected rows of questions, got none: export it again")
    pictures = {row.get("index"): row.get("image") for row in rows}
    return [_question(row, pictures, f"{file}: row {i}") for i, row in enumerate(rows)]


def _record(row: Any, where: str, image_root: Path) -> Record:
    if not isinstance(row, dict):
        raise RecipeError(f"{where}: expected an object, got {_kind(row)}: export it with --format llava")
    name = row.get("id")
    if not isinstance(name, str) or name == "":
        raise RecipeError(f"{where}: expected an 'id', got {_kind(name)}: export it with --format llava")
    where = f"{where} ({name})"
    human, answer = _turns(row.get("conversations"), where)
    image = row.get("image")
    if image is None:
        if IMAGE_PLACE in human:
            raise RecipeError(f"{where}: expected an 'image' for {IMAGE_PLACE}, got none: export with pictures")
        return Record(name, _plain(human), answer, None)
    if not isinstance(image, str) or not human.startswith(IMAGE_PLACE) or human.count(IMAGE_PLACE) != 1:
        wanted = f"one 'image' and one {IMAGE_PLACE} at the start of the question"
        raise RecipeError(f"{where}: expected {wanted}, got {human[:40]!r}: one picture a record")
    path = image_root / image
    if not path.is_file():
        raise RecipeError(f"{where}: expected a picture at {path}, got no file: is --image-root the folder of the export?")
    return Record(name, _plain(human), answer, str(path))


def _turns(turns: Any, where: str) -> Tuple[str, str]:
    if isinstance(turns, list) and len(turns) == 2 and all(isinstance(turn, dict) for turn in turns):
        texts = [turn.get("value") for turn in turns]
        if [turn.get("from") for turn in turns] == ["human", "gpt"] and all(isinstance(text, str) and text != "" for text in texts):
            return texts[0], texts[1]
    raise RecipeError(f"{where}: expected 'conversations' of one human and one gpt turn with text, got {_kind(turns)}: one question a record")


def _phase(phase: Any, number: int, where: str, folder: Path) -> Tuple[Run, bool]:
    if not isinstance(phase, dict):
        raise RecipeError(f"{where}: expected an object, got {_kind(phase)}: export again")
    name, file, epochs = phase.get("name"), phase.get("file"), phase.get("epochs")
    if not isinstance(name, str) or not isinstance(file, str):
        raise RecipeError(f"{where}: expected 'name' and 'file', got {_kind(name)} and {_kind(file)}: export again")
    if isinstance(epochs, bool) or not isinstance(epochs, (int, float)) or not 0 < epochs < math.inf:
        raise RecipeError(f"{where}: expected 'epochs' above 0, got {epochs!r}: export again")
    order, trains = phase.get("order"), phase.get("trains", "all")
    if order not in ORDERS:
        raise RecipeError(f"{where}: expected 'order' to be one of {', '.join(ORDERS)}, got {order!r}: export again")
    if trains not in TRAINED:
        raise RecipeError(f"{where}: expected 'trains' to be one of {', '.join(TRAINED)}, got {trains!r}: export again")
    run = Run(f"{number}-{name}", (folder / file,), float(epochs), order == "global-shuffle", trains)
    return run, phase.get("continues", False) is True


def _joined(first: Run, second: Run, where: str) -> Run:
    if (first.epochs, second.epochs) != (1, 1) or first.trains != second.trains:
        got = f"{second.epochs:g} epochs of {second.trains}"
        raise RecipeError(f"{where}: expected a phase that continues to have 1 epoch and train what the one before did, got {got}: export again")
    return Run(f"{first.name}-{second.name}", first.files + second.files, 1.0, False, first.trains)


def _plain(question: str) -> str:
    """Ours: without the mark, since the chat template places the picture itself, and without blanks around the text. Training records have such
    blanks, the evaluation files of most tasks have not; the model is asked as it was taught only if both lose them."""
    return question.replace(IMAGE_PLACE, "").strip()


def _question(row: Dict[str, Any], pictures: Dict[Any, Any], where: str) -> Question:
    index, question, image = row.get("index"), row.get("question"), row.get("image")
    if not index or not question:
        raise RecipeError(f"{where}: expected columns index and question, got {sorted(str(key) for key in row)}: is this a VLMEvalKit file?")
    if not image:
        return Question(index, _plain(question), None)
    if len(image) <= MAX_INDEX_CHARACTERS:
        image = pictures.get(image) or image
    try:
        return Question(index, _plain(question), base64.b64decode(image, validate=True))
    except binascii.Error:
        raise RecipeError(f"{where}: expected a picture in base64, got {image[:20]!r}: export it again") from None


def _json(file: Path) -> Any:
    with _opened(file) as stream:
        try:
            return json.load(stream)
        except ValueError as error:
            raise RecipeError(f"{file}: expected JSON, got {error}: was the export cut short?") from None


def _opened(file: Path) -> Any:
    try:
        return file.open(encoding="utf-8", newline="")
    except OSError as error:
        raise RecipeError(f"{file}: expected a file to read, got {error.strerror}: check the path") from None


def _kind(value: Any) -> str:
    """What a value is, short enough for a message."""
    if value is None:
        return "nothing"
    return f"{type(value).__name__} of {len(value)}" if isinstance(value, (list, dict, str)) else repr(value)
