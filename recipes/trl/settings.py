"""The numbers of a run: hyperparameters.json, and what follows from them for this many GPUs and rows. No torch here: it can be tested anywhere.

Sources of hyperparameters.json (paper = S2H, arXiv 2501.02669v2):
  batch 128 = 1 per GPU x 8 GPUs x 16 accumulated, AdamW without weight decay, warm-up 3%, cosine to 0, lr 2e-5   paper, Appendices D and F
  lr 2e-6 or 5e-6 for the 7B model on Grid Navigation and Visual Analogy: `--learning-rate`                        paper, Table 4
  betas 0.9 / 0.999, epsilon 1e-8                                                                                  paper, Appendix H
  a checkpoint every 234 steps (234 x 128 is about 30,000 rows), the last one kept; max length 3072                the authors' launcher
    (the paper says 2048 text tokens; 3072 leaves room for the 1024 visual tokens of their model)
  128 to 1280 x 28 x 28 pixels a picture, 2048 new tokens                                                          paper, Appendix F
  gradient clipping at 1.0                                                                                         ours: the trainer's default
  seed 42                                                                                                          ours: that of their data scripts
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any, Dict

HYPERPARAMETERS = Path(__file__).parent / "hyperparameters.json"


class RecipeError(ValueError):
    """A mistake that the person at the keyboard can mend. Its text says what was expected, what was there and what to do."""


def load_hyperparameters() -> Dict[str, Any]:
    return json.loads(HYPERPARAMETERS.read_text(encoding="utf-8"))


def accumulation_steps(batch_size: int, per_device: int, world_size: int) -> int:
    """How many examples each GPU accumulates, so that a step is `batch_size` examples on any number of GPUs."""
    steps, rest = divmod(batch_size, per_device * world_size)
    if steps == 0 or rest != 0:
        raise RecipeError(f"GPUs: expected a number that divides {batch_size // per_device}, got {world_size}: use 1, 2, 4, 8, … of them")
    return steps


def optimiser_steps(rows: int, epochs: float, batch_size: int) -> int:
    """As the trainer counts: the last step of an epoch may be short, and a part of an epoch is rounded up to a step."""
    return math.ceil(epochs * math.ceil(rows / batch_size))


def trainer_arguments(hyper: Dict[str, Any], *, rows: int, epochs: float, world_size: int, learning_rate: float, seed: int) -> Dict[str, Any]:
    """What SFTConfig gets, apart from the folder."""
    batch_size, per_device = hyper["batch_size"], hyper["per_device_batch_size"]
    return {
        "per_device_train_batch_size": per_device,
        "gradient_accumulation_steps": accumulation_steps(batch_size, per_device, world_size),
        "num_train_epochs": epochs,
        "learning_rate": learning_rate,
        "lr_scheduler_type": hyper["lr_scheduler_type"],
        "warmup_steps": math.ceil(hyper["warmup_share"] * optimiser_steps(rows, epochs, batch_size)),
        "optim": "adamw_torch",
        "weight_decay": hyper["weight_decay"],
        "adam_beta1": hyper["adam_beta1"],
        "adam_beta2": hyper["adam_beta2"],
        "adam_epsilon": hyper["adam_epsilon"],
        "max_grad_norm": hyper["max_grad_norm"],
        "bf16": True,
        "save_strategy": "steps",
        "save_steps": hyper["save_steps"],
        "save_total_limit": hyper["save_total_limit"],
        "seed": seed,
        # Per-example loss: README.md, "The loss". `nll` is the model's own loss; the trainer must not count tokens over the whole batch.
        "loss_type": "nll",
        "average_tokens_across_devices": False,
        # Memory only; the result is the same.
        "gradient_checkpointing": True,
        "gradient_checkpointing_kwargs": {"use_reentrant": False},
        # Rows are encoded by our collator, which also cuts them; the trainer must leave them alone.
        "max_length": None,
        "remove_unused_columns": False,
        "dataset_kwargs": {"skip_prepare_dataset": True},
        "dataloader_num_workers": 4,
        "logging_steps": 1,
        "report_to": "none",
    }
