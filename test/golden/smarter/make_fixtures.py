"""Reference values and gradients of smarterVLM, computed by PyTorch in float64. Needs only torch (2.13 on a CPU made the file):

    python3 test/golden/smarter/make_fixtures.py > test/golden/smarter/fixtures.json

The network is written again here from the description (spec/smarter-vlm 1), with PyTorch's own layers, cells and autograd, sample by sample, and the coded
QF layer with its 110 copies, so that the two share no code. Parameters and inputs come from a small generator that test/model/smarter/golden.ts repeats
(`Stream`) and are not stored.
"""
import base64
import json
import math
import struct
import sys

import torch
import torch.nn.functional as F

STEPS, SLOTS = 10, 110
PUZZLES = [
    dict(id=3, kind='classes', classes=4, skill='count'),
    dict(id=5, kind='sequence', classes=5, skill='path'),
    dict(id=8, kind='classes', classes=7, skill='path'),
    dict(id=11, kind='classes', classes=3, skill='count'),  # not in the batch
]
BASE = dict(
    puzzles=PUZZLES, imageDim=10, imageTokenDim=7, textDim=12, textLength=6, reprSize=8, hiddenSize=9, mode='described', imageHead='per-puzzle',
    experts=3, text='qf', imageTokens='several', heads=2, qfWidth=11, parts=dict(r1=True, r3=True),
    residual=dict(qf=True, fusion=False, decoder=False), hasNorms=True, activation='gelu', decoderActivation='gelu', dropout=0.2, cell='gru',
    readout='linear', unused=None,
)
CASES = [
    dict(name='described, several image tokens', skillWeights=None, config={}),
    dict(name='residuals, three heads, LSTM with read-out, skill weights', skillWeights=dict(count=2, path=0.5),
         config=dict(heads=3, residual=dict(qf=False, fusion=True, decoder=True), decoderActivation='relu', cell='lstm', parts=dict(r1=False, r3=True))),
    dict(name='one image token, without r3', skillWeights=None, config=dict(imageTokens='one', parts=dict(r1=True, r3=False))),
    dict(name='as coded, GRU bounded', skillWeights=None, config=dict(mode='as-coded', imageTokens='one', readout='bounded')),
    dict(name='without QF as coded', skillWeights=None, config=dict(mode='as-coded', text='mlp', imageTokens='one', readout='bounded')),
    dict(name='without QF, same widths, shared head', skillWeights=None, config=dict(text='mean', imageHead='shared')),
    dict(name='mixture of experts', skillWeights=None, config=dict(imageHead='mixture', text='mean')),
    dict(name='baseline', skillWeights=None, config=dict(text='gru', hasNorms=False, activation='relu', decoderActivation='relu', cell='lstm',
                                                         readout='bounded', imageTokens='one')),
]
# Index into PUZZLES and number of tokens of each sample.
BATCH = [(2, 4), (0, 6), (1, 3), (2, 1), (0, 5), (1, 6), (2, 2)]
TOKENS = 3


class Stream:
    """Numerical Recipes' linear congruential generator: the same integers in Python and JavaScript."""

    def __init__(self, seed):
        self.state = seed % 2**32

    def unit(self):
        self.state = (1664525 * self.state + 1013904223) % 2**32
        return self.state / 2**32

    def uniform(self, reach, *shape):
        values = [struct.unpack('<f', struct.pack('<f', (2 * self.unit() - 1) * reach))[0] for _ in range(math.prod(shape))]
        return torch.tensor(values, dtype=torch.float64).reshape(shape)


def shapes(c):
    """Names and shapes of all parameters, sorted by name."""
    s = {}
    r, d, h = c['reprSize'], c['textDim'], c['hiddenSize']

    def linear(name, i, o):
        s[name + '.weight'], s[name + '.bias'] = [i, o], [o]

    def norm(name, n):
        s[name + '.weight'] = s[name + '.bias'] = [n]

    def cell(name, gates, i, n):
        linear(name + '.input', i, gates * n)
        linear(name + '.state', n, gates * n)

    heads = {'per-puzzle': [str(p['id']) for p in c['puzzles']], 'shared': ['shared'], 'mixture': [f'expert{e}' for e in range(c['experts'])]}
    for head in heads[c['imageHead']]:
        linear(f'image.{head}.up', c['imageDim'], r)
        linear(f'image.{head}.down', r, r)
    if c['imageHead'] == 'mixture':
        linear('image.gate', c['imageDim'], c['experts'])
    if c['text'] == 'qf':
        for name in ('self.query', 'self.key', 'self.value', 'cross.query'):
            linear('qf.' + name, d, d)
        linear('qf.cross.key', r, d)
        linear('qf.cross.value', r, d)
        if c['imageTokens'] == 'several':
            linear('qf.tokens', c['imageTokenDim'], r)
        linear('qf.up', d, c['qfWidth'])
        linear('qf.down', c['qfWidth'], d)
        norm('qf.norm', d)
    if c['text'] == 'mlp':
        linear('text.up', d, h)
        linear('text.down', h, r)
    if c['text'] == 'gru':
        cell('text.forward', 3, d, h)
        cell('text.backward', 3, d, h)
        linear('text.output', 2 * h, r)
    width = r * c['parts']['r1'] + (r if c['text'] in ('mlp', 'gru') else d) * c['parts']['r3'] + d * (c['text'] == 'qf')
    linear('fusion.up', width, r)
    linear('fusion.down', r, r)
    if c['hasNorms']:
        norm('composite.norm', width)
        norm('fusion.norm', r)
    for p in c['puzzles']:
        at, n = f"decoder.{p['id']}", p['classes']
        if p['kind'] == 'sequence':
            cell(at + '.cell', 3 if c['cell'] == 'gru' else 4, r, n)
            if c['readout'] == 'linear':
                linear(at + '.readout', n, n)
        else:
            linear(at + '.first', r, r)
            linear(at + '.second', r, r)
            linear(at + '.last', r, n)
            if c['residual']['decoder']:
                norm(at + '.norm', r)
    return dict(sorted(s.items()))


def parameters(c):
    """Nothing is zero, so every gradient is tested; gains near 1."""
    params = {}
    for index, (name, shape) in enumerate(shapes(c).items()):
        values = Stream(1000 + index).uniform(0.3 if len(shape) == 1 else 1.7 / math.sqrt(shape[0]), *shape)
        params[name] = (values + (1 if name.endswith('norm.weight') else 0)).requires_grad_(True)
    return params


class Network:
    def __init__(self, c, p):
        self.c, self.p = c, p

    def linear(self, name, x):
        return F.linear(x, self.p[name + '.weight'].T, self.p[name + '.bias'])

    def norm(self, name, x):
        return F.layer_norm(x, x.shape[-1:], self.p[name + '.weight'], self.p[name + '.bias'], eps=1e-6)

    def act(self, x, which='activation'):
        return F.gelu(x) if self.c[which] == 'gelu' else F.relu(x)

    def cell_weights(self, at):
        return [self.p[f'{at}.{part}'].T if part.endswith('weight') else self.p[f'{at}.{part}']
                for part in ('input.weight', 'state.weight', 'input.bias', 'state.bias')]

    def two_layers(self, at, x):
        return self.linear(at + '.down', self.act(self.linear(at + '.up', x)))

    def image_vector(self, puzzle, image):
        kind = self.c['imageHead']
        if kind == 'shared':
            return self.two_layers('image.shared', image)
        if kind == 'per-puzzle':
            return self.act(self.two_layers(f"image.{puzzle['id']}", image))
        gate = torch.softmax(self.linear('image.gate', image), -1)
        return self.act(sum(gate[e] * self.two_layers(f'image.expert{e}', image) for e in range(self.c['experts'])))

    def attend(self, at, query, source):
        """[M, D] and [N, C] to [M, D]."""
        d = self.c['textDim'] // self.c['heads']
        q, k, v = (self.linear(f'qf.{at}.{part}', x).unflatten(-1, (-1, d)).transpose(0, 1) for part, x in
                   (('query', query), ('key', source), ('value', source)))
        return F.scaled_dot_product_attention(q, k, v).transpose(0, 1).flatten(1)

    def qf(self, r1, text, tokens):
        if self.c['mode'] == 'as-coded':
            text, source = text.mean(0).expand(SLOTS, -1), r1.expand(SLOTS, -1)
        elif self.c['imageTokens'] == 'several':
            source = torch.cat([r1.unsqueeze(0), self.linear('qf.tokens', tokens)])
        else:
            source = r1.unsqueeze(0)
        x = self.attend('cross', self.attend('self', text, text), source).mean(0)
        y = self.two_layers('qf', x)
        return self.norm('qf.norm', x + y if self.c['residual']['qf'] else y)

    def text_vector(self, text):
        if self.c['text'] == 'gru':
            weights = self.cell_weights('text.forward') + self.cell_weights('text.backward')
            start = torch.zeros(2, 1, self.c['hiddenSize'], dtype=torch.float64)
            states, _ = torch.gru(text.unsqueeze(0), start, weights, True, 1, 0.0, False, True, True)
            return self.act(self.linear('text.output', states[0].mean(0)))
        mean = text.mean(0)
        return self.act(self.two_layers('text', mean)) if self.c['text'] == 'mlp' else mean

    def decode(self, puzzle, x):
        """[R] to [1 or STEPS, classes]."""
        at = f"decoder.{puzzle['id']}"
        if puzzle['kind'] == 'sequence':
            inputs = x.expand(1, STEPS, -1)
            start = torch.zeros(1, 1, puzzle['classes'], dtype=torch.float64)
            weights = self.cell_weights(at + '.cell')
            if self.c['cell'] == 'gru':
                states, _ = torch.gru(inputs, start, weights, True, 1, 0.0, False, False, True)
            else:
                states, _, _ = torch.lstm(inputs, (start, start), weights, True, 1, 0.0, False, False, True)
            return self.linear(at + '.readout', states[0]) if self.c['readout'] == 'linear' else states[0]
        y = self.act(self.linear(at + '.first', x), 'decoderActivation')
        y = self.act(self.linear(at + '.second', y), 'decoderActivation')
        if self.c['residual']['decoder']:
            y = self.norm(at + '.norm', x + y)
        return self.linear(at + '.last', y).unsqueeze(0)

    def logits(self, puzzle, image, tokens, text):
        c, parts = self.c, []
        r1 = self.image_vector(puzzle, image)
        if c['parts']['r1']:
            parts.append(r1)
        if c['parts']['r3']:
            parts.append(self.text_vector(text))
        if c['text'] == 'qf':
            parts.append(self.qf(r1, text, tokens))
        x = torch.cat(parts)
        x = self.norm('composite.norm', x) if c['hasNorms'] else x
        first = self.act(self.linear('fusion.up', x))
        x = self.act(self.linear('fusion.down', first)) + (first if c['residual']['fusion'] else 0)
        return self.decode(puzzle, self.norm('fusion.norm', x) if c['hasNorms'] else x)


def packed(values):
    return base64.b64encode(struct.pack(f'<{len(values)}f', *values)).decode()


def main():
    out = []
    b, stream = len(BATCH), Stream(7)
    image = stream.uniform(1, b, BASE['imageDim'])
    tokens = stream.uniform(1, b, TOKENS, BASE['imageTokenDim'])
    text = stream.uniform(1, b, BASE['textLength'], BASE['textDim'])
    targets = [[int(stream.unit() * PUZZLES[index]['classes']) for _ in range(STEPS)] for index, _ in BATCH]
    for case in CASES:
        c = BASE | case['config']
        p = parameters(c)
        net = Network(c, p)
        losses, answers = [], []
        for i, (index, length) in enumerate(BATCH):
            seen = text[i] if c['mode'] == 'as-coded' else text[i, :length]  # the coded mean takes the padding too
            y = net.logits(PUZZLES[index], image[i], tokens[i], seen)
            losses.append(F.cross_entropy(y, torch.tensor(targets[i][: len(y)])))
            answers.append(y.argmax(-1).tolist())
        present = sorted({index for index, _ in BATCH})
        means = torch.stack([torch.stack([loss for loss, (index, _) in zip(losses, BATCH) if index == which]).mean() for which in present])
        weights = torch.tensor([(case['skillWeights'] or {}).get(PUZZLES[which]['skill'], 1.0) for which in present], dtype=torch.float64)
        loss = (weights * means).sum() / weights.sum()
        loss.backward()
        gradients = {name: packed(value.grad.flatten().tolist()) for name, value in p.items() if value.grad is not None}
        out.append(dict(name=case['name'], skillWeights=case['skillWeights'], config=c, loss=loss.item(),
                        losses=[x.item() for x in losses], classes=answers, gradients=gradients))
    batch = dict(puzzles=[index for index, _ in BATCH], lengths=[length for _, length in BATCH], targets=targets, imageTokens=TOKENS)
    json.dump(dict(torch=torch.__version__, batch=batch, cases=out), sys.stdout, separators=(',', ':'))
    sys.stdout.write('\n')


main()
