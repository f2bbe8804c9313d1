"""Tests of everything here that needs no torch: `python3 test_data.py`. Standard library only."""

from __future__ import annotations

import base64
import contextlib
import io
import json
import sys
import tempfile
import unittest
from pathlib import Path
from typing import Any, Dict, List

from data import Question, Record, read_manifest, read_questions, read_records
from run import main as run_main
from settings import RecipeError, accumulation_steps, load_hyperparameters, optimiser_steps, trainer_arguments

IMAGE_ROW = {
    "id": "a",
    "image": "images/a.png",
    "conversations": [{"from": "human", "value": "<image>\n\nSum the path."}, {"from": "gpt", "value": "Total: 3\n"}],
}
TEXT_ROW = {"id": "b", "conversations": [{"from": "human", "value": "\n| S |\n\t| D |\n\n\nGo."}, {"from": "gpt", "value": "3\n"}]}
PHASE = {"name": "main", "file": "phase-3-main.json", "rows": 3, "epochs": 1.5, "order": "global-shuffle", "trains": "all"}


class WithFolder(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        (self.folder / "images").mkdir()
        (self.folder / "images" / "a.png").write_bytes(b"a picture")

    def write(self, content: Any, name: str = "data.json") -> Path:
        file = self.folder / name
        file.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return file

    def refuses(self, read: Any, *parts: str) -> None:
        """The message has all parts and stands on one line."""
        with self.assertRaises(RecipeError) as caught:
            read()
        message = str(caught.exception)
        for part in parts:
            self.assertIn(part, message)
        self.assertNotIn("\n", message)
        self.assertRegex(message, r"expected .+ got ")


class Records(WithFolder):
    def read(self, content: Any) -> List[Record]:
        return read_records(self.write(content), self.folder)

    def test_reads_pictures_and_text_in_the_order_of_the_file(self) -> None:
        rows = self.read([TEXT_ROW, IMAGE_ROW, TEXT_ROW])
        self.assertEqual([row.id for row in rows], ["b", "a", "b"])
        self.assertEqual(rows[1], Record("a", "Sum the path.", "Total: 3\n", str(self.folder / "images" / "a.png")))

    def test_keeps_what_is_inside_a_text_question_and_drops_blanks_around_it(self) -> None:
        self.assertEqual(self.read([TEXT_ROW])[0], Record("b", "| S |\n\t| D |\n\n\nGo.", "3\n", None))

    def test_asks_in_training_as_in_evaluation(self) -> None:
        taught = self.read([IMAGE_ROW, TEXT_ROW])
        questions = 'index\timage\tquestion\n0\tcHA=\tSum the path.\n1\t\t"\n| S |\n\t| D |\n\n\nGo."\n'
        asked = read_questions(self.write(questions, "q.tsv"))
        self.assertEqual([row.question for row in asked], [row.question for row in taught])

    def test_takes_an_image_that_is_null_as_text(self) -> None:
        self.assertIsNone(self.read([{**TEXT_ROW, "image": None}])[0].image)

    def test_refuses_each_damaged_record_with_one_clear_message(self) -> None:
        human, gpt = IMAGE_ROW["conversations"]
        damaged: Dict[str, Any] = {
            "record 1: expected an object": "text",
            "record 1: expected an 'id'": {**IMAGE_ROW, "id": ""},
            "record 1 (a): expected 'conversations'": {**IMAGE_ROW, "conversations": [human]},
            "(a): expected 'conversations' of one human": {**IMAGE_ROW, "conversations": [gpt, human]},
            "one human and one gpt turn with text": {**IMAGE_ROW, "conversations": [human, {**gpt, "value": ""}]},
            "got nothing": {**IMAGE_ROW, "conversations": None},
            "expected an 'image' for <image>": {**IMAGE_ROW, "image": None},
            "at the start of the question": {**IMAGE_ROW, "conversations": [{**human, "value": "Sum <image>"}, gpt]},
            "one picture a record": {**IMAGE_ROW, "conversations": [{**human, "value": "<image><image>"}, gpt]},
            "expected one 'image'": {**IMAGE_ROW, "image": ["images/a.png"]},
            "is --image-root the folder of the export?": {**IMAGE_ROW, "image": "images/b.png"},
        }
        for part, row in damaged.items():
            with self.subTest(part):
                self.refuses(lambda row=row: self.read([TEXT_ROW, row]), part, "data.json: record 1")

    def test_refuses_a_file_that_is_no_list_of_records(self) -> None:
        self.refuses(lambda: self.read({"id": "a"}), "expected a JSON list", "dict of 1")
        self.refuses(lambda: self.read([]), "expected a JSON list", "list of 0")
        self.refuses(lambda: self.read('[{"id": "a"'), "expected JSON", "cut short")
        self.refuses(lambda: read_records(self.folder / "none.json", self.folder), "none.json", "check the path")


class Manifests(WithFolder):
    def read(self, *phases: Any) -> List[Any]:
        return read_manifest(self.write({"strategy": "s", "phases": list(phases)}, "manifest.json"))

    def test_reads_the_runs_in_order(self) -> None:
        warm_up = {**PHASE, "name": "text-warm-up", "epochs": 1, "order": "sequential", "trains": "language-model"}
        first, second = self.read(warm_up, PHASE)
        self.assertEqual((first.name, first.epochs, first.shuffled, first.trains), ("1-text-warm-up", 1, False, "language-model"))
        self.assertEqual((second.name, second.epochs, second.shuffled, second.trains), ("2-main", 1.5, True, "all"))
        self.assertEqual(second.files, (self.folder / "phase-3-main.json",))

    def test_keeps_the_stored_order_of_interleaved_rows(self) -> None:
        self.assertFalse(self.read({**PHASE, "order": "interleave"})[0].shuffled)

    def test_joins_a_phase_that_continues_with_the_one_before(self) -> None:
        before = {**PHASE, "name": "before-switch", "file": "a.json", "epochs": 1}
        (run,) = self.read(before, {**before, "name": "main", "file": "b.json", "continues": True})
        self.assertEqual(run.files, (self.folder / "a.json", self.folder / "b.json"))
        self.assertEqual((run.epochs, run.shuffled), (1, False))

    def test_refuses_each_damaged_phase_with_one_clear_message(self) -> None:
        damaged = {
            "expected an object": 3,
            "'name' and 'file'": {**PHASE, "file": None},
            "'epochs' above 0, got 0": {**PHASE, "epochs": 0},
            "'epochs' above 0, got True": {**PHASE, "epochs": True},
            "'order' to be one of": {**PHASE, "order": "random"},
            "'trains' to be one of": {**PHASE, "trains": "vision"},
            "a phase that continues": {**PHASE, "continues": True},
        }
        for part, phase in damaged.items():
            with self.subTest(part):
                self.refuses(lambda phase=phase: self.read(PHASE, phase), part, "phase 2")
        self.refuses(lambda: self.read({**PHASE, "continues": True}), "only after a first phase")
        self.refuses(lambda: self.read(), "a list 'phases'")

    def test_prints_one_command_a_phase_and_hands_the_weights_on(self) -> None:
        warm_up = {**PHASE, "name": "tw", "file": "tw.json", "trains": "language-model", "epochs": 1, "order": "interleave"}
        manifest = self.write({"phases": [warm_up, PHASE]}, "manifest.json")
        out, printed = self.folder / "out", io.StringIO()
        with contextlib.redirect_stdout(printed):
            run_main(["--manifest", str(manifest), "--out", str(out), "--dry-run", "--learning-rate", "5e-6"])
        first, second = printed.getvalue().splitlines()
        self.assertIn(f"--data {(self.folder / 'tw.json').resolve()} --image-root {self.folder.resolve()}", first)
        self.assertIn("--epochs 1 --trains language-model --learning-rate 5e-6", first)
        self.assertNotIn("--model", first)
        self.assertIn(f"--epochs 1.5 --trains all --model {out.resolve()}/1-tw/final --shuffle --learning-rate 5e-6", second)


class Questions(WithFolder):
    def test_reads_quoted_tabs_and_newlines_and_pictures(self) -> None:
        picture = base64.b64encode(b"p" * 300_000).decode()
        file = self.write(f'index\timage\tquestion\tanswer\n0\t{picture}\tSum.\t3\n7\t\t"A\t""B""\nSum."\t4\n', "q.tsv")
        self.assertEqual(read_questions(file), [Question("0", "Sum.", b"p" * 300_000), Question("7", 'A\t"B"\nSum.', None)])

    def test_takes_the_picture_of_the_row_that_a_cell_names(self) -> None:
        picture = base64.b64encode(b"p" * 300).decode()
        file = self.write(f"index\timage\tquestion\n3\t{picture}\t<image>Sum.\n4\t3\tSum.\n", "q.tsv")
        self.assertEqual([(row.question, row.image) for row in read_questions(file)], [("Sum.", b"p" * 300)] * 2)

    def test_reads_a_file_without_pictures(self) -> None:
        self.assertEqual(read_questions(self.write("index\tquestion\tanswer\n0\tSum.\t3\n", "q.tsv")), [Question("0", "Sum.", None)])

    def test_refuses_each_damaged_file_with_one_clear_message(self) -> None:
        damaged = {
            "rows of questions": "index\tquestion\n",
            "columns index": "id\tquestion\n0\tSum.\n",
            "in base64": "index\timage\tquestion\n0\t*?\tSum.\n",
        }
        for part, text in damaged.items():
            with self.subTest(part):
                self.refuses(lambda text=text: read_questions(self.write(text, "q.tsv")), part)


class Settings(unittest.TestCase):
    def test_keeps_128_examples_a_step_on_any_number_of_gpus(self) -> None:
        self.assertEqual([accumulation_steps(128, 1, gpus) for gpus in (1, 2, 8, 64, 128)], [128, 64, 16, 2, 1])
        for gpus in (3, 256):
            with self.assertRaisesRegex(RecipeError, f"got {gpus}"):
                accumulation_steps(128, 1, gpus)

    def test_counts_steps_as_the_trainer_does(self) -> None:
        self.assertEqual([optimiser_steps(rows, epochs, 128) for rows, epochs in ((128, 1), (129, 1), (20_000, 1.5), (30_000, 1))], [1, 2, 236, 235])

    def test_gives_the_trainer_the_numbers_of_the_paper(self) -> None:
        given = trainer_arguments(load_hyperparameters(), rows=120_000, epochs=1, world_size=8, learning_rate=2e-5, seed=42)
        self.assertEqual(given["per_device_train_batch_size"] * given["gradient_accumulation_steps"] * 8, 128)
        self.assertEqual(given["warmup_steps"], 29)  # 3% of 938 steps
        self.assertEqual((given["weight_decay"], given["adam_beta1"], given["adam_beta2"], given["adam_epsilon"]), (0, 0.9, 0.999, 1e-8))
        self.assertEqual((given["lr_scheduler_type"], given["save_steps"], given["bf16"]), ("cosine", 234, True))

    def test_needs_no_torch(self) -> None:
        self.assertNotIn("torch", sys.modules)


if __name__ == "__main__":
    unittest.main()
