"""Reference values and gradients of the whole model, computed by PyTorch in float64. Needs only torch (Debian's python3-torch 1.13 made the file):

    python3 test/golden/model/make_fixtures.py > test/golden/model/fixtures.json

The model is written again here from the same description, with PyTorch's own layers and autograd, so that the two share no code. Parameters, tokens and
pixels come from a small generator that test/support/model-golden.ts repeats (`Stream`), so they need not be stored. A gradient is stored as a sketch: element i
is added with a sign from the stream to bucket i mod 256; the norm of the sketch of a difference is, on average, the norm of the difference, so comparing
sketches compares whole tensors. Tensors of at most 256 elements are stored as they are.
"""
import base64
import json
import math
import struct
import sys

import torch
import torch.nn.functional as F

BUCKETS = 256
MICRO = dict(
    vocabularySize=24,
    image=dict(patchPx=16, maxGridRows=13, maxGridColumns=13),
    vit=dict(layers=1, dim=32, heads=2, mlpRatio=2),
    convnext=dict(stemPx=8, dims=[16], depths=[1], kernel=3, mlpRatio=4),
    adapter=dict(hidden=48),
    decoder=dict(layers=2, dim=48, heads=2, kvHeads=1, hidden=72, ropeBase=10000, maxLines=14, maxColumns=14),
)
# What micro does not have: two ConvNeXt stages with down-sampling between them, a 5 x 5 kernel, several key/value heads, grids that need no resampling.
STAGES = dict(
    vocabularySize=11,
    image=dict(patchPx=16, maxGridRows=4, maxGridColumns=4),
    vit=dict(layers=2, dim=16, heads=4, mlpRatio=4),
    convnext=dict(stemPx=8, dims=[8, 12], depths=[1, 2], kernel=5, mlpRatio=4),
    adapter=dict(hidden=20),
    decoder=dict(layers=1, dim=24, heads=4, kvHeads=2, hidden=32, ropeBase=10000, maxLines=6, maxColumns=6),
)
CASES = [
    # name, config, batch, text length, grid, language weight, reading weight
    dict(name='text', model='micro', batch=3, length=12, grid=None, language=1.0, reading=0.0),
    dict(name='image', model='micro', batch=2, length=8, grid=[2, 3], language=1.0, reading=0.0),
    dict(name='image-via-text with reading', model='micro', batch=2, length=14, grid=[3, 2], language=1.0, reading=0.5),
    dict(name='reading alone', model='micro', batch=2, length=4, grid=[2, 2], language=0.0, reading=1.0),
    dict(name='two stages', model='stages', batch=2, length=6, grid=[2, 3], language=1.0, reading=0.25),
]


class Stream:
    """Numerical Recipes' linear congruential generator: the same integers in Python and JavaScript."""

    def __init__(self, seed):
        self.state = seed % 2**32

    def unit(self):
        self.state = (1664525 * self.state + 1013904223) % 2**32
        return self.state / 2**32

    def below(self, n):
        return int(self.unit() * n)


def float32(x):
    return struct.unpack('<f', struct.pack('<f', x))[0]


def shapes(c):
    """Names and shapes of all parameters, sorted by name."""
    s = {}
    dv, d, v = c['vit']['dim'], c['decoder']['dim'], c['vocabularySize']

    def linear(name, i, o):
        s[name + '.weight'], s[name + '.bias'] = [i, o], [o]

    def norm(name, n):
        s[name + '.weight'] = s[name + '.bias'] = [n]

    linear('vit.patch', c['image']['patchPx'] ** 2 * 3, dv)
    s['vit.position.row'], s['vit.position.column'] = [c['image']['maxGridRows'], dv], [c['image']['maxGridColumns'], dv]
    for i in range(c['vit']['layers']):
        n = f'vit.layers.{i}.'
        norm(n + 'norm1', dv)
        for part in ('query', 'key', 'value', 'output'):
            linear(n + 'attention.' + part, dv, dv)
        norm(n + 'norm2', dv)
        linear(n + 'mlp.up', dv, dv * c['vit']['mlpRatio'])
        linear(n + 'mlp.down', dv * c['vit']['mlpRatio'], dv)
    norm('vit.norm', dv)
    cn = c['convnext']
    linear('convnext.stem', cn['stemPx'] ** 2 * 3, cn['dims'][0])
    norm('convnext.stem.norm', cn['dims'][0])
    for j, ch in enumerate(cn['dims']):
        n = f'convnext.stages.{j}.'
        if j > 0:
            norm(n + 'downsample.norm', cn['dims'][j - 1])
            linear(n + 'downsample', 4 * cn['dims'][j - 1], ch)
        for k in range(cn['depths'][j]):
            b = n + f'blocks.{k}.'
            s[b + 'depthwise.weight'], s[b + 'depthwise.bias'], s[b + 'scale'] = [cn['kernel'], cn['kernel'], ch], [ch], [ch]
            norm(b + 'norm', ch)
            linear(b + 'up', ch, ch * cn['mlpRatio'])
            linear(b + 'down', ch * cn['mlpRatio'], ch)
    norm('convnext.norm', cn['dims'][-1])
    linear('adapter.up', dv + cn['dims'][-1], c['adapter']['hidden'])
    linear('adapter.down', c['adapter']['hidden'], d)
    linear('reading', d, v)
    dc = c['decoder']
    hd = d // dc['heads']
    s['decoder.embedding'], s['decoder.norm.weight'] = [v, d], [d]
    s['decoder.position.line'], s['decoder.position.column'] = [dc['maxLines'], d], [dc['maxColumns'], d]
    for i in range(dc['layers']):
        n = f'decoder.layers.{i}.'
        s[n + 'norm1.weight'] = s[n + 'norm2.weight'] = [d]
        s[n + 'attention.query'], s[n + 'attention.output'] = [d, dc['heads'] * hd], [dc['heads'] * hd, d]
        s[n + 'attention.key'] = s[n + 'attention.value'] = [d, dc['kvHeads'] * hd]
        s[n + 'mlp.gate'] = s[n + 'mlp.up'] = [d, dc['hidden']]
        s[n + 'mlp.down'] = [dc['hidden'], d]
    return dict(sorted(s.items()))


def parameters(c):
    """Matrices uniform with standard deviation about 1/sqrt(in), norms near 1, biases near 0: nothing is zero, so every gradient is tested."""
    params = {}
    for index, (name, shape) in enumerate(shapes(c).items()):
        stream = Stream(1000 + index)
        size = math.prod(shape)
        if len(shape) == 1:
            centre, reach = (1.0, 0.3) if name.endswith('norm.weight') or name.endswith('norm1.weight') or name.endswith('norm2.weight') else (0.0, 0.3)
        else:
            centre, reach = 0.0, 1.7 / math.sqrt(shape[0] if len(shape) == 2 else shape[0] * shape[1])
        values = [float32(centre + (2 * stream.unit() - 1) * reach) for _ in range(size)]
        params[name] = torch.tensor(values, dtype=torch.float64).reshape(shape).requires_grad_(True)
    return params


def make_micro(case, c, seed):
    """Tokens, places, targets and weights of a micro-batch. Rows have different lengths; targets count after a prompt of random length."""
    s = Stream(seed)
    b, t, v = case['batch'], case['length'], c['vocabularySize']
    m = dict(tokens=[], lines=[], columns=[], targets=[], lossWeights=[])
    for _ in range(b):
        length = t - s.below(3)
        start = 1 + s.below(length // 2)
        counted = length - start
        for i in range(t):
            inside = i < length
            m['tokens'].append(s.below(v) if inside else 0)
            m['lines'].append(s.below(c['decoder']['maxLines']) if i < start else 0)
            m['columns'].append(s.below(c['decoder']['maxColumns']) if i < start else 0)
            counts = start <= i < length
            m['targets'].append(s.below(v) if counts else 0)
            m['lossWeights'].append(float32(1 / (counted * b)) if counts else 0)
    m['patchTokens'] = []
    pixels = None
    if case['grid'] is not None:
        rows, columns = case['grid']
        m['patchTokens'] = [s.below(v) for _ in range(b * rows * columns)]
        p = Stream(seed + 1)
        px = c['image']['patchPx']
        pixels = torch.tensor([p.below(256) for _ in range(b * rows * px * columns * px * 3)], dtype=torch.float64).reshape(b, rows * px, columns * px, 3)
        pixels = (pixels / 255 - 1) * 2
    return m, pixels


def heads(x, n):
    b, t, w = x.shape
    return x.reshape(b, t, n, w // n).transpose(1, 2)


class Model:
    def __init__(self, c, p):
        self.c, self.p = c, p

    def linear(self, name, x):
        return F.linear(x, self.p[name + '.weight'].T, self.p[name + '.bias'])

    def layer_norm(self, name, x):
        return F.layer_norm(x, x.shape[-1:], self.p[name + '.weight'], self.p[name + '.bias'], eps=1e-6)

    def rms_norm(self, name, x):
        return self.p[name] * x / torch.sqrt(x.pow(2).mean(-1, keepdim=True) + 1e-5)

    def patches(self, x, s):
        """[B, Y, X, C] to [B, Y/s, X/s, s*s*C] by F.unfold, reordered from (channel, row, column) to (row, column, channel)."""
        b, y, x_, ch = x.shape
        u = F.unfold(x.permute(0, 3, 1, 2), s, stride=s).reshape(b, ch, s * s, y // s, x_ // s)
        return u.permute(0, 3, 4, 2, 1).reshape(b, y // s, x_ // s, s * s * ch)

    def vit(self, x):
        c = self.c['vit']
        h = self.linear('vit.patch', self.patches(x, self.c['image']['patchPx']))
        b, rows, columns, d = h.shape
        h = h + self.p['vit.position.row'][:rows].unsqueeze(1) + self.p['vit.position.column'][:columns]
        h = h.flatten(1, 2)
        for i in range(c['layers']):
            n = f'vit.layers.{i}.'
            y = self.layer_norm(n + 'norm1', h)
            q, k, v = (heads(self.linear(n + 'attention.' + part, y), c['heads']) for part in ('query', 'key', 'value'))
            a = torch.softmax(q @ k.mT / math.sqrt(d // c['heads']), -1) @ v
            h = h + self.linear(n + 'attention.output', a.transpose(1, 2).flatten(2))
            y = self.linear(n + 'mlp.up', self.layer_norm(n + 'norm2', h))
            h = h + self.linear(n + 'mlp.down', F.gelu(y, approximate='tanh'))
        return self.layer_norm('vit.norm', h).unflatten(1, (rows, columns))

    def convnext(self, x, grid):
        c = self.c['convnext']
        h = self.layer_norm('convnext.stem.norm', self.linear('convnext.stem', self.patches(x, c['stemPx'])))
        for j in range(len(c['dims'])):
            n = f'convnext.stages.{j}.'
            if j > 0:
                h = self.linear(n + 'downsample', self.patches(self.layer_norm(n + 'downsample.norm', h), 2))
            for k in range(c['depths'][j]):
                b = n + f'blocks.{k}.'
                w = self.p[b + 'depthwise.weight'].permute(2, 0, 1).unsqueeze(1)
                y = F.conv2d(h.permute(0, 3, 1, 2), w, self.p[b + 'depthwise.bias'], padding='same', groups=h.shape[-1]).permute(0, 2, 3, 1)
                y = self.linear(b + 'down', F.gelu(self.linear(b + 'up', self.layer_norm(b + 'norm', y)), approximate='tanh'))
                h = h + y * self.p[b + 'scale']
        h = self.layer_norm('convnext.norm', h)
        return F.interpolate(h.permute(0, 3, 1, 2), size=grid, mode='bilinear', align_corners=False).permute(0, 2, 3, 1)

    def image_tokens(self, x):
        a = self.vit(x)
        b = self.convnext(x, a.shape[1:3])
        h = torch.cat([a, b], -1).flatten(1, 2)
        return self.linear('adapter.down', F.gelu(self.linear('adapter.up', h), approximate='tanh'))

    def places(self, lines, columns):
        """Row 0 of the tables means none."""
        row, column = self.p['decoder.position.line'][lines], self.p['decoder.position.column'][columns]
        return row * (lines > 0).unsqueeze(-1) + column * (columns > 0).unsqueeze(-1)

    def rotary(self, x):
        """Pairs (j, j + d/2) turned by position * base^(-2j/d), as complex numbers."""
        d = x.shape[-1]
        frequency = self.c['decoder']['ropeBase'] ** (-torch.arange(0, d, 2, dtype=torch.float64) / d)
        angle = torch.arange(x.shape[-2], dtype=torch.float64).unsqueeze(1) * frequency
        z = torch.complex(x[..., : d // 2], x[..., d // 2 :]) * torch.polar(torch.ones_like(angle), angle)
        return torch.cat([z.real, z.imag], -1)

    def decoder(self, h, prefix):
        c = self.c['decoder']
        n_, share = h.shape[1], c['heads'] // c['kvHeads']
        i = torch.arange(n_)
        hidden = ~((i.unsqueeze(0) <= i.unsqueeze(1)) | ((i.unsqueeze(0) < prefix) & (i.unsqueeze(1) < prefix)))
        for k_ in range(c['layers']):
            n = f'decoder.layers.{k_}.'
            y = self.rms_norm(n + 'norm1.weight', h)
            q = self.rotary(heads(y @ self.p[n + 'attention.query'], c['heads']))
            k = self.rotary(heads(y @ self.p[n + 'attention.key'], c['kvHeads'])).repeat_interleave(share, 1)
            v = heads(y @ self.p[n + 'attention.value'], c['kvHeads']).repeat_interleave(share, 1)
            score = (q @ k.mT / math.sqrt(q.shape[-1])).masked_fill(hidden, -math.inf)
            h = h + (torch.softmax(score, -1) @ v).transpose(1, 2).flatten(2) @ self.p[n + 'attention.output']
            y = self.rms_norm(n + 'norm2.weight', h)
            h = h + (F.silu(y @ self.p[n + 'mlp.gate']) * (y @ self.p[n + 'mlp.up'])) @ self.p[n + 'mlp.down']
        return h

    def losses(self, case, m, pixels):
        """Language loss, reading loss, cross-entropy of each counted target."""
        b, t = case['batch'], case['length']
        ints = lambda key: torch.tensor(m[key], dtype=torch.int64).reshape(b, -1)
        embedding = self.p['decoder.embedding']
        h = embedding[ints('tokens')] + self.places(ints('lines'), ints('columns'))
        prefix, reading = 0, torch.zeros((), dtype=torch.float64)
        if pixels is not None:
            rows, columns = case['grid']
            prefix = rows * columns
            image = self.image_tokens(pixels)
            cell = torch.arange(prefix)
            h = torch.cat([image + self.places(cell // columns + 1, cell % columns + 1), h], 1)
            reading = F.cross_entropy(self.linear('reading', image).flatten(0, 1), ints('patchTokens').flatten())
        logits = self.rms_norm('decoder.norm.weight', self.decoder(h, prefix)[:, prefix:]) @ embedding.T
        token_loss = F.cross_entropy(logits.transpose(1, 2), ints('targets'), reduction='none')
        weights = torch.tensor(m['lossWeights'], dtype=torch.float64).reshape(b, t)
        return (weights * token_loss).sum(), reading, token_loss * (weights > 0)


def packed(values):
    return base64.b64encode(struct.pack(f'<{len(values)}f', *values)).decode()


def sketch(gradient, index):
    flat = gradient.flatten().tolist()
    if len(flat) <= BUCKETS:
        return flat
    stream, buckets = Stream(5000 + index), [0.0] * BUCKETS
    for i, g in enumerate(flat):
        buckets[i % BUCKETS] += g if stream.unit() < 0.5 else -g
    return buckets


def main():
    configs = dict(micro=MICRO, stages=STAGES)
    out = []
    for number, case in enumerate(CASES):
        c = configs[case['model']]
        p = parameters(c)
        m, pixels = make_micro(case, c, 100 * (number + 1))
        language, reading, token_loss = Model(c, p).losses(case, m, pixels)
        (case['language'] * language + case['reading'] * reading).backward()
        gradients, largest = {}, {}
        for index, (name, value) in enumerate(p.items()):
            if value.grad is not None and bool((value.grad != 0).any()):
                gradients[name] = packed(sketch(value.grad, index))
                largest[name] = float32(value.grad.abs().max().item())
        out.append(dict(case, pixelSeed=100 * (number + 1) + 1, micro=m, languageLoss=language.item(), readingLoss=reading.item(),
                        tokenLoss=packed(token_loss.flatten().tolist()), gradients=gradients, largest=largest))
    json.dump(dict(torch=torch.__version__, configs=configs, cases=out), sys.stdout, separators=(',', ':'))
    sys.stdout.write('\n')


main()
