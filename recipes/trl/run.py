"""A whole strategy: `python3 run.py --out DIR [--manifest FILE] [--launch accelerate-8gpu.yaml] [options of train.py]`.

Walks the phases of an export in order, one trainer run each: weights go on, optimiser and schedule begin anew. A phase that continues the one before
(Mix→Mix+) shares its run. `--dry-run` prints the commands. Standard library only.
"""

from __future__ import annotations

import argparse
import shlex
import subprocess
from pathlib import Path
from typing import List, Optional, Tuple

from data import Run, read_manifest
from settings import RecipeError

HERE = Path(__file__).resolve().parent


def main(arguments: Optional[List[str]] = None) -> None:
    args, passed_on = parse_arguments(arguments)
    # Commands run in this folder, so a model's folder must not be relative to the caller's.
    model = str(Path(args.model).resolve()) if args.model is not None and Path(args.model).is_dir() else args.model
    for run in read_manifest(args.manifest):
        out = args.out.resolve() / run.name
        command = command_of(run, args, passed_on, model, out)
        model = str(out / "final")
        if args.dry_run:
            print(shlex.join(command))
        elif args.resume and (out / "final").is_dir():
            print(f"{run.name}: finished before", flush=True)
        else:
            print(f"{run.name}: {shlex.join(command)}", flush=True)
            subprocess.run(command, cwd=HERE, check=True)
    if not args.dry_run:
        print(f"finished: {model}")


def parse_arguments(arguments: Optional[List[str]]) -> Tuple[argparse.Namespace, List[str]]:
    others = "Other options go to train.py, which knows them."
    parser = argparse.ArgumentParser(description="Train on all phases of an export.", epilog=others, allow_abbrev=False)
    parser.add_argument("--manifest", type=Path, default=HERE.parent / "manifest.json", help="default: that of the export around this folder")
    parser.add_argument("--out", type=Path, required=True, help="one folder a phase, the model in its folder 'final'")
    parser.add_argument("--launch", default="accelerate-8gpu.yaml", help="Accelerate's settings; default %(default)s")
    parser.add_argument("--model", default=None, help="name or folder to begin with; default: that of hyperparameters.json")
    parser.add_argument("--resume", action="store_true", help="leave out finished phases, and go on from the last checkpoint of the one that is not")
    parser.add_argument("--dry-run", action="store_true", help="only print the commands")
    return parser.parse_known_args(arguments)


def command_of(run: Run, args: argparse.Namespace, passed_on: List[str], model: Optional[str], out: Path) -> List[str]:
    command = ["accelerate", "launch", "--config_file", args.launch, "train.py", "--data", *(str(file.resolve()) for file in run.files)]
    command += ["--image-root", str(args.manifest.resolve().parent), "--out", str(out), "--epochs", f"{run.epochs:g}", "--trains", run.trains]
    command += [] if model is None else ["--model", model]
    command += ["--shuffle"] if run.shuffled else []
    command += ["--resume"] if args.resume else []
    return command + passed_on


if __name__ == "__main__":
    try:
        main()
    except RecipeError as mistake:
        raise SystemExit(str(mistake)) from None
    except subprocess.CalledProcessError as failed:
        raise SystemExit(f"run: the trainer stopped with code {failed.returncode}: mend what it says above, then repeat with --resume") from None
