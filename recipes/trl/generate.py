"""Answers of a model: `python3 generate.py --model OUT/…/final --data FILE.tsv --out predictions.jsonl`, for `npm run score`.

Reads a VLMEvalKit file, writes a line `{"index": …, "prediction": …}` a question. Greedy, 2048 new tokens. The authors sample Qwen's answers with
top-p 0.001, top-k 1 and temperature 0.01 (paper, Appendix F; their evaluator), which is greedy in all but name.
"""

from __future__ import annotations

import argparse
import io
import json
from pathlib import Path
from typing import Any, Dict, List

import torch
from PIL import Image
from transformers import AutoModelForImageTextToText

from data import Question, read_questions
from encode import load_processor, prompt_text
from settings import RecipeError, load_hyperparameters


def main() -> None:
    hyper = load_hyperparameters()
    args = parse_arguments(hyper)
    questions = read_questions(args.data)
    processor = load_processor(args.model, hyper)
    processor.tokenizer.padding_side = "left"  # the answers of a batch begin at the same place
    model = AutoModelForImageTextToText.from_pretrained(args.model, dtype=torch.bfloat16, device_map="cuda").eval()
    with args.out.open("x", encoding="utf-8") as stream:
        for start in range(0, len(questions), args.batch_size):
            batch = questions[start : start + args.batch_size]
            for question, prediction in zip(batch, answers(model, processor, batch, args.begin, hyper["max_new_tokens"])):
                stream.write(json.dumps({"index": question.index, "prediction": prediction}, ensure_ascii=False) + "\n")
            stream.flush()
            print(f"{start + len(batch)} of {len(questions)}", flush=True)


def parse_arguments(hyper: Dict[str, Any]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Answer the questions of a VLMEvalKit file.")
    parser.add_argument("--model", default=hyper["model"], help="name or folder; default %(default)s, untrained")
    parser.add_argument("--data", type=Path, required=True, help="VLMEvalKit TSV file")
    parser.add_argument("--out", type=Path, required=True, help="JSONL file to write; must not exist")
    parser.add_argument("--begin", default="", help="first words of each answer; 'Convert' makes a Mix+ model convert the picture first (paper, I.6)")
    parser.add_argument("--batch-size", type=int, default=16)
    args = parser.parse_args()
    if args.out.exists():
        raise RecipeError(f"--out: expected a file that does not exist yet, got {args.out}: remove it, or name another")
    return args


@torch.inference_mode()
def answers(model: Any, processor: Any, batch: List[Question], begin: str, max_new_tokens: int) -> List[str]:
    texts = [prompt_text(processor, question.question, question.image is not None) + begin for question in batch]
    pictures = [Image.open(io.BytesIO(question.image)).convert("RGB") for question in batch if question.image is not None]
    inputs = processor(text=texts, images=pictures or None, padding=True, return_tensors="pt", add_special_tokens=False).to(model.device)
    # Qwen's own settings ask for sampling with a penalty on repeated tokens. Repeating is what a table readout is about, so it goes.
    settings = {"do_sample": False, "temperature": None, "top_p": None, "top_k": None, "repetition_penalty": 1.0}
    tokens = model.generate(**inputs, **settings, max_new_tokens=max_new_tokens)
    new = tokens[:, inputs["input_ids"].shape[1] :]
    written = processor.tokenizer.batch_decode(new, skip_special_tokens=True, clean_up_tokenization_spaces=False)
    return [begin + text for text in written]


if __name__ == "__main__":
    try:
        main()
    except RecipeError as mistake:
        raise SystemExit(str(mistake)) from None
