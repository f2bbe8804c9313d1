"""One trainer run: `accelerate launch --config_file accelerate-8gpu.yaml train.py --data FILE.json --image-root DIR --out DIR`. A strategy: run.py.

TRL's SFTTrainer on Accelerate and DeepSpeed ZeRO-2, all weights in bf16. The finished model is in OUT/final. What the loss is: README.md.
"""

from __future__ import annotations

import argparse
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any, Dict, List, Optional

import torch
from datasets import Dataset
from torch.utils.data import Sampler, SequentialSampler
from transformers import AutoModelForImageTextToText
from transformers.trainer_utils import get_last_checkpoint
from trl import SFTConfig, SFTTrainer

from data import TRAINED, Record, read_records
from encode import Collator, load_processor
from settings import RecipeError, load_hyperparameters, trainer_arguments

LOSSES = ("answer", "all")


class StoredOrderTrainer(SFTTrainer):
    """Rows in the order of the file. GPU r of 8 gets rows r, r + 8, …, so each optimiser step sees the next 128 rows."""

    def _get_train_sampler(self, train_dataset: Optional[Dataset] = None) -> Sampler:
        return SequentialSampler(self.train_dataset if train_dataset is None else train_dataset)


def main() -> None:
    hyper = load_hyperparameters()
    args = parse_arguments(hyper)
    records = [record for file in args.data for record in read_records(file, args.image_root)]
    out = args.out
    if (out / "final").exists():
        raise RecipeError(f"--out: expected a folder without a finished run, got {out / 'final'}: name another folder")
    # Before the model: this is where DeepSpeed's settings become known to transformers.
    config = SFTConfig(output_dir=str(out), **run_arguments(hyper, args, len(records)))
    checkpoint = get_last_checkpoint(str(out)) if out.is_dir() else None
    if checkpoint is not None and not args.resume:
        raise RecipeError(f"--out: expected a folder without checkpoints, got {checkpoint}: add --resume to go on from it, or name another folder")

    processor = load_processor(args.model, hyper)
    model = AutoModelForImageTextToText.from_pretrained(args.model, dtype=torch.bfloat16)
    trains_vision = args.trains == "all"
    freeze_vision(model, not trains_vision)
    trainer_class = SFTTrainer if args.shuffle else StoredOrderTrainer
    trainer = trainer_class(
        model=model,
        args=config,
        train_dataset=rows_of(records),
        data_collator=Collator(processor, args.max_length, args.loss_on, hyper["max_pixels"], has_blanks=trains_vision),
        processing_class=processor,
    )
    # The model's loss is then the mean over the tokens of its one example, and the trainer divides by the number of accumulated examples.
    trainer.model_accepts_loss_kwargs = False
    check_vision(trainer.model, trains_vision)
    trainer.train(resume_from_checkpoint=checkpoint)
    save(trainer, out)


def parse_arguments(hyper: Dict[str, Any]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Train on one file of LLaVA records.")
    parser.add_argument("--data", type=Path, nargs="+", required=True, help="LLaVA file; several are trained on one after the other in one run")
    parser.add_argument("--image-root", type=Path, required=True, help="folder that the pictures' names are relative to")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--model", default=hyper["model"], help="name or folder; default %(default)s")
    parser.add_argument("--epochs", type=float, default=1.0)
    parser.add_argument("--shuffle", action="store_true", help="another order of rows in each epoch; otherwise the order of the file")
    parser.add_argument("--trains", choices=TRAINED, default="all", help="language-model: vision side and adapter stay as they are")
    parser.add_argument("--loss-on", choices=LOSSES, default="answer", help="all: the prompt too, as in the authors' Qwen runs")
    parser.add_argument("--learning-rate", type=float, default=hyper["learning_rate"])
    parser.add_argument("--max-length", type=int, default=hyper["max_length"], help="tokens of a row, 0 for no limit; default %(default)s")
    parser.add_argument("--seed", type=int, default=hyper["seed"])
    parser.add_argument("--resume", action="store_true", help="go on from the last checkpoint in --out, if there is one")
    return parser.parse_args()


def run_arguments(hyper: Dict[str, Any], args: argparse.Namespace, rows: int) -> Dict[str, Any]:
    world_size = int(os.environ.get("WORLD_SIZE", "1"))
    return trainer_arguments(hyper, rows=rows, epochs=args.epochs, world_size=world_size, learning_rate=args.learning_rate, seed=args.seed)


def rows_of(records: List[Record]) -> Dataset:
    """Encoded by the collator when their turn comes. The column `image` (a path, or nothing) tells the trainer that the data has pictures."""
    return Dataset.from_list([asdict(record) for record in records])


def freeze_vision(model: torch.nn.Module, is_frozen: bool) -> None:
    """Vision tower and adapter are one module in Qwen2.5-VL: `visual`, whose `merger` is the adapter."""
    for parameter in vision_parameters(model):
        parameter.requires_grad_(not is_frozen)


def vision_parameters(model: torch.nn.Module) -> List[torch.nn.Parameter]:
    found = [parameter for name, parameter in model.named_parameters() if "visual" in name.split(".")]
    if len(found) == 0:
        raise RecipeError("model: expected a part named 'visual', got none: use a Qwen2.5-VL model")
    return found


def check_vision(model: torch.nn.Module, trains_vision: bool) -> None:
    """The trainer prepares the model itself; a later version might freeze parts of it on its own."""
    if any(parameter.requires_grad != trains_vision for parameter in vision_parameters(model)):
        raise RuntimeError("internal: the trainer changed which weights are trained")


def save(trainer: SFTTrainer, out: Path) -> None:
    """First under another name, so that `final` is either whole or absent."""
    unfinished = out / "final.unfinished"
    trainer.save_model(str(unfinished))
    trainer.accelerator.wait_for_everyone()
    if trainer.is_world_process_zero():
        trainer.state.save_to_json(str(unfinished / "trainer_state.json"))
        unfinished.rename(out / "final")


if __name__ == "__main__":
    try:
        main()
    except RecipeError as mistake:
        raise SystemExit(str(mistake)) from None
