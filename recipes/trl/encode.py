"""From a record to what the model reads. Training and generation share the prompt, so a trained model is asked exactly as it was taught.

    <|im_start|>system … user <picture> question <|im_end|> <|im_start|>assistant     prompt: the model's own chat template
    answer <|im_end|>                                                                 answer: what the loss is on
    <picture: blank>                                                                  only after text-only rows, see `Collator`

The authors' Qwen template lacks a "<" before "|im_start|>assistant" in training, and is right in evaluation (their scripts_qwen, at 9cba59a). Ours is
right in both. They also write each picture as JPEG before training; ours stay PNG.
"""

from __future__ import annotations

import warnings
from typing import Any, Dict, List, Optional

import torch
from PIL import Image
from transformers import AutoProcessor

from settings import RecipeError

IGNORED = -100
PIXELS_PER_TOKEN = 28 * 28
BLANK_TEXT = "<|vision_start|><|image_pad|><|vision_end|>"
SEQUENCES = ("input_ids", "attention_mask", "mm_token_type_ids")
"""One number a token. The last one exists from transformers 5 on: without it the positions of a picture would be those of text."""


def load_processor(model: str, hyper: Dict[str, Any]) -> Any:
    """The model's processor with our limits on pictures, whichever way this version of transformers stores them."""
    smallest, largest = hyper["min_pixels"], hyper["max_pixels"]
    processor = AutoProcessor.from_pretrained(model, min_pixels=smallest, max_pixels=largest)
    pictures = processor.image_processor
    pictures.size = {"shortest_edge": smallest, "longest_edge": largest}
    if hasattr(pictures, "min_pixels"):
        pictures.min_pixels, pictures.max_pixels = smallest, largest
    return processor


def prompt_text(processor: Any, question: str, has_image: bool) -> str:
    return processor.apply_chat_template(_human_turn(question, has_image), tokenize=False, add_generation_prompt=True)


def _human_turn(question: str, has_image: bool) -> List[Dict[str, Any]]:
    picture = [{"type": "image"}] if has_image else []
    return [{"role": "user", "content": picture + [{"type": "text", "text": question}]}]


def answer_text(processor: Any, prompt: str, question: str, answer: str, has_image: bool) -> str:
    """The assistant's turn up to its end mark: what generation has to write before it stops."""
    messages = _human_turn(question, has_image) + [{"role": "assistant", "content": [{"type": "text", "text": answer}]}]
    whole = processor.apply_chat_template(messages, tokenize=False)
    if not whole.startswith(prompt):
        raise RecipeError("chat template: expected the prompt at the start of the whole conversation, got another text: use a Qwen2.5-VL model")
    return whole[len(prompt) :].removesuffix("\n")


class Collator:
    """Encodes a micro-batch of one row. One row: then the model's loss, a mean over tokens, is the mean of that example, as in the paper.

    A text-only row gets a blank picture behind its end while the vision side trains. Attention is causal and the blank has no labels, so loss and
    gradients are as without it, but every GPU has gradients (zeros) for the same weights in the same order. Without that, GPUs with and without a
    picture would exchange different buckets of gradients. The authors met the same limit and interleave the kinds of rows (paper, Appendix F).
    """

    def __init__(self, processor: Any, max_length: int, loss_on: str, max_pixels: int, has_blanks: bool) -> None:
        self.processor = processor
        self.max_length = max_length
        self.loss_on = loss_on
        self.max_picture_tokens = max_pixels // PIXELS_PER_TOKEN
        self.has_blanks = has_blanks
        self.image_token = processor.tokenizer.convert_tokens_to_ids(processor.image_token)

    def __call__(self, rows: List[Dict[str, Any]]) -> Dict[str, torch.Tensor]:
        if len(rows) != 1:
            raise RecipeError(f"micro-batch: expected 1 row, got {len(rows)}: keep per_device_batch_size at 1, more would not give per-example means")
        row = rows[0]
        picture = None if row["image"] is None else _opened(row["image"])
        asked = prompt_text(self.processor, row["question"], picture is not None)
        answered = answer_text(self.processor, asked, row["question"], row["answer"], picture is not None)
        prompt = self._tokens(asked, picture)
        prompt_length = prompt["input_ids"].shape[1]
        answer = self._cut(self._tokens(answered, None), prompt_length, row["id"])
        parts = [prompt, answer]
        if picture is None and self.has_blanks:
            parts.append(self._tokens(BLANK_TEXT, Image.new("RGB", (336, 336), "white")))
        batch = _joined(parts)
        batch["labels"] = self._labels(batch["input_ids"], prompt_length, prompt_length + answer["input_ids"].shape[1])
        return batch

    def _tokens(self, text: str, picture: Optional[Image.Image]) -> Dict[str, torch.Tensor]:
        images = None if picture is None else [picture]
        tokens = dict(self.processor(text=[text], images=images, return_tensors="pt", add_special_tokens=False))
        count = int((tokens["input_ids"] == self.image_token).sum())
        if count > self.max_picture_tokens:
            limit = self.max_picture_tokens
            raise RecipeError(f"picture: expected at most {limit} tokens, got {count}: this transformers version ignores max_pixels, take another")
        return tokens

    def _cut(self, answer: Dict[str, torch.Tensor], prompt_length: int, name: str) -> Dict[str, torch.Tensor]:
        """The tail of what is too long goes, as in the paper; a prompt that fills the length leaves nothing to learn."""
        length, room = answer["input_ids"].shape[1], self.max_length - prompt_length
        if self.max_length == 0 or length <= room:
            return answer
        if room < 1:
            raise RecipeError(f"{name}: expected a prompt below {self.max_length} tokens, got {prompt_length}: raise --max-length")
        warnings.warn(f"{name}: answer cut from {length} to {room} tokens (--max-length {self.max_length})", stacklevel=2)
        return {key: value[:, :room] for key, value in answer.items()}

    def _labels(self, tokens: torch.Tensor, prompt_end: int, answer_end: int) -> torch.Tensor:
        labels = tokens.clone()
        if self.loss_on == "answer":
            labels[:, :prompt_end] = IGNORED
        labels[labels == self.image_token] = IGNORED
        labels[:, answer_end:] = IGNORED
        return labels


def _opened(file: str) -> Image.Image:
    with Image.open(file) as picture:
        return picture.convert("RGB")


def _joined(parts: List[Dict[str, torch.Tensor]]) -> Dict[str, torch.Tensor]:
    """One row of tokens out of several. At most one part has a picture, whose tensors (`pixel_values`, `image_grid_thw`) are taken as they are."""
    batch = {key: value for part in parts for key, value in part.items() if key not in SEQUENCES}
    for key in SEQUENCES:
        if any(key in part for part in parts):
            batch[key] = torch.cat([part.get(key, torch.zeros_like(part["input_ids"])) for part in parts], dim=1)
    return batch
