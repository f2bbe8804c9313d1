"""Makes adamw.json: 40 steps of torch.optim.AdamW in float64. Run: /usr/bin/python3 test/golden/adamw/make.py > test/golden/adamw/adamw.json

The loss gradients are a[name] * (w - target) + wave(step, i), so that they depend on the weights; `sometimes.weight` has none on odd steps.
The test repeats the same formulas. torch 1.13.1 (Debian python3-torch).
"""

import json
import math

import torch

SHAPES = {"first.weight": [5, 4], "first.bias": [4], "kernel.weight": [3, 3, 2], "sometimes.weight": [2, 3]}
CURVATURE = {"first.weight": 0.5, "first.bias": 2.0, "kernel.weight": 0.1, "sometimes.weight": 1.0}
STEPS = 40
PEAK = 0.01


def wave(step, i, phase):
    return math.sin(0.7 * i + 1.3 * step + phase)


def run(clip_norm, weight_decay):
    params = {}
    for k, (name, shape) in enumerate(SHAPES.items()):
        size = math.prod(shape)
        params[name] = torch.tensor([wave(0, i, k) for i in range(size)], dtype=torch.float64).reshape(shape).requires_grad_()
    groups = [
        {"params": [p for p in params.values() if p.dim() >= 2], "weight_decay": weight_decay},
        {"params": [p for p in params.values() if p.dim() < 2], "weight_decay": 0.0},
    ]
    optimiser = torch.optim.AdamW(groups, lr=PEAK, betas=(0.9, 0.999), eps=1e-8)
    norms = []
    for step in range(STEPS):
        for group in optimiser.param_groups:
            group["lr"] = PEAK * (1 - step / STEPS)
        for k, (name, p) in enumerate(params.items()):
            if name == "sometimes.weight" and step % 2 == 1:
                p.grad = None
                continue
            size = p.numel()
            waves = torch.tensor([wave(step + 1, i, k) for i in range(size)], dtype=torch.float64).reshape(p.shape)
            p.grad = CURVATURE[name] * (p.detach() - 0.3) + 0.5 * waves
        given = [p for p in params.values() if p.grad is not None]
        norms.append(float(torch.nn.utils.clip_grad_norm_(given, clip_norm if clip_norm is not None else math.inf)))
        optimiser.step()
    state = {name: optimiser.state[p] for name, p in params.items()}
    return {
        "clipNorm": clip_norm,
        "weightDecay": weight_decay,
        "norms": norms,
        "params": {name: p.detach().flatten().tolist() for name, p in params.items()},
        "m": {name: s["exp_avg"].flatten().tolist() for name, s in state.items()},
        "v": {name: s["exp_avg_sq"].flatten().tolist() for name, s in state.items()},
    }


print(
    json.dumps(
        {
            "torch": torch.__version__,
            "steps": STEPS,
            "peak": PEAK,
            "shapes": SHAPES,
            "curvature": CURVATURE,
            "runs": [run(None, 0.0), run(None, 0.1), run(1.0, 0.1)],
        }
    )
)
