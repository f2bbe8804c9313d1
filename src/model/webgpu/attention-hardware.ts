/**
 * Attention kernels for GPUs: a workgroup owns 64 rows of one head, one per invocation and held in registers; the rows of the other side come in tiles of
 * workgroup memory, which all invocations read together (a broadcast). FlashAttention-2 (arXiv 2307.08691) without its split of a row over threads.
 *
 * Backward is one dispatch of three kinds of workgroups, which need nothing of one another: gradients of keys, of values, of queries. Keys and values are
 * apart, so that an invocation holds three rows of registers, not four, and small batches give more workgroups; the scores are made once more for it.
 * dOut . out is summed where it is needed. Every sum runs in a fixed order.
 *
 * Letters as in attention-code.ts.
 */
import type { AttentionForm, AttentionShape, Plan } from './attention-code.ts';
import {
  addRow,
  chunk,
  chunksOf,
  dotRows,
  float,
  held,
  lines,
  preamble,
  readRow,
  SIZES,
  writeRow,
  writeRowTurnedBack,
  zeroRow,
} from './attention-code.ts';

/** Rows, and invocations, of a workgroup. */
const ROWS = 64;
/** Workgroup memory of the two tiles; half of what WebGPU guarantees, so that two workgroups fit. */
const TILE_BYTES = 8192;
/** Keys between two corrections of the running maximum. */
const BLOCK = 4;

/** Rows of a tile: a power of two, at least a block. */
function tileRows(d: number): number {
  let size = ROWS;
  while (size > BLOCK && size * chunksOf(d) * 32 > TILE_BYTES) size /= 2;
  return size;
}

const tiles = (count: number): number => Math.ceil(count / ROWS);
/** The same in WGSL. */
const tilesCode = (count: string): string => `((${count} - 1u) / ${ROWS}u + 1u)`;

/** Vector `c` (an expression) of the row at `at`. */
function anyChunk(d: number, tensor: string, at: string, c: string): string {
  if (d % 4 === 0) return `${tensor}[${at} + ${c}]`;
  return `vec4f(${[0, 1, 2, 3].map((i) => `select(0.0, ${tensor}[${at} + 4u * ${c} + ${i}u], 4u * ${c} + ${i}u < ${d}u)`).join(', ')})`;
}

/** Rows `first`.. of the other side into the tiles; `at` gives the place of row `row`. Rows past the end repeat the last, which counts for nothing. */
function fillTiles(d: number, count: string, left: (row: string) => string, right: (row: string) => string, from: readonly [string, string]): string {
  const chunks = chunksOf(d);
  return `workgroupBarrier();
    for (var i = local; i < ${tileRows(d) * chunks}u; i += ${ROWS}u) {
      let row = min(first + i / ${chunks}u, ${count} - 1u);
      let c = i % ${chunks}u;
      let leftAt = ${left('row')};
      let rightAt = ${right('row')};
      leftTile[i] = ${anyChunk(d, from[0], 'leftAt', 'c')};
      rightTile[i] = ${anyChunk(d, from[1], 'rightAt', 'c')};
    }
    workgroupBarrier();`;
}

const tileDeclarations = (d: number): string => /* wgsl */ `
var<workgroup> leftTile: array<vec4f, ${tileRows(d) * chunksOf(d)}>;
var<workgroup> rightTile: array<vec4f, ${tileRows(d) * chunksOf(d)}>;
`;

const fromTile = (tile: string, row: string, d: number) => (c: number) => `${tile}[${row} * ${chunksOf(d)}u + ${c}u]`;

const keyPlace = (j: string): string => `((b * N + ${j}) * KEY_STEP + firstKey + head / R) * ROW`;
const valuePlace = (j: string): string => `((b * N + ${j}) * KEY_STEP + firstValue + head / R) * ROW`;

/** Bindings: in `qkv`; out `out` `[B*M*H, d]`, `logs` `[B*M*H]` (log2 of the sum of exp2 of the scores). */
export function forward(shape: AttentionShape): Plan {
  const { B, M, H, d } = shape;
  const block = (f: (t: number) => string): string => lines(BLOCK, f);
  const code = /* wgsl */ `${preamble(shape)}${tileDeclarations(d)}
@compute @workgroup_size(${ROWS})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {${SIZES}
  // The last rows see the most: they start first.
  let start = (${tilesCode('M')} - 1u - group.x) * ${ROWS}u;
  let head = group.y;
  let b = group.z;
  let own = min(start + local, M - 1u);
  let seen = seenBy(N - M + own);
  let query = ((b * M + own) * QUERY_STEP + head) * ROW;
  ${readRow(d, 'q', 'qkv', 'query', ' * SCALE')}
  ${zeroRow(d, 'o')}
  var top = LEAST;
  var sum = 0.0;
  let end = seenBy(N - M + min(start + ${ROWS - 1}u, M - 1u));
  for (var first = 0u; first < end; first += ${tileRows(d)}u) {
    ${fillTiles(d, 'N', keyPlace, valuePlace, ['qkv', 'qkv'])}
    for (var t = 0u; t < ${tileRows(d)}u; t += ${BLOCK}u) {
      ${block(
        (i) => `
      ${dotRows(d, `dot${i}`, held('q'), fromTile('leftTile', `(t + ${i}u)`, d))}
      let score${i} = select(LEAST, dot${i}, first + t + ${i}u < seen);`,
      )}
      let next = ${Array.from({ length: BLOCK }, (_, i) => `score${i}`).reduce((a, score) => `max(${a}, ${score})`, 'top')};
      let fade = exp2(top - next);
      top = next;
      sum *= fade;
      ${lines(chunksOf(d), (c) => `o${c} *= fade;`)}
      ${block(
        (i) => `
      let p${i} = exp2(score${i} - next);
      sum += p${i};
      ${addRow(d, 'o', `p${i}`, fromTile('rightTile', `(t + ${i}u)`, d))}`,
      )}
    }
  }
  if (start + local < M) {
    let at = (b * M + own) * H + head;
    let to = at * ROW;
    let scale = 1.0 / sum;
    ${writeRow(d, 'out', 'to', (c) => `o${c} * scale`)}
    logs[at] = top + log2(sum);
  }
}`;
  return { code, workgroups: [tiles(M), H, B] };
}

/** Gradient of 64 queries of a head. */
function queryGradient({ d, isPacked }: AttentionForm, isRotary: boolean): string {
  const to = isPacked ? 'dqkv' : 'dq';
  return /* wgsl */ `
fn queryGradient(b: u32, head: u32, start: u32, local: u32) {${SIZES}
  let own = min(start + local, M - 1u);
  let seen = seenBy(N - M + own);
  let query = ((b * M + own) * QUERY_STEP + head) * ROW;
  let at = (b * M + own) * H + head;
  let outAt = at * ROW;
  ${readRow(d, 'q', 'qkv', 'query', ' * SCALE')}
  ${readRow(d, 'g', 'dOut', 'outAt')}
  ${dotRows(d, 'delta', held('g'), (c) => chunk(d, 'out', 'outAt', c))}
  let log = logs[at];
  ${zeroRow(d, 'x')}
  let end = seenBy(N - M + min(start + ${ROWS - 1}u, M - 1u));
  for (var first = 0u; first < end; first += ${tileRows(d)}u) {
    ${fillTiles(d, 'N', keyPlace, valuePlace, ['qkv', 'qkv'])}
    for (var t = 0u; t < ${tileRows(d)}u; t++) {
      ${dotRows(d, 'score', held('q'), fromTile('leftTile', 't', d))}
      ${dotRows(d, 'dp', held('g'), fromTile('rightTile', 't', d))}
      let ds = select(0.0, exp2(score - log) * (dp - delta), first + t < seen);
      ${addRow(d, 'x', 'ds', fromTile('leftTile', 't', d))}
    }
  }
  if (start + local < M) {
    ${lines(chunksOf(d), (c) => `x${c} *= ${float(1 / Math.sqrt(d))};`)}
    let to = ${isPacked ? 'query' : 'outAt'};
    ${isRotary ? writeRowTurnedBack(d, to, 'to', 'x', '(N - M + own)') : writeRow(d, to, 'to', held('x'))}
  }
}`;
}

/** Gradient of 64 keys, or of their values: over the queries that see them, head by head of those that share the key head. */
function keySideGradient({ d, isPacked }: AttentionForm, isRotary: boolean, side: 'key' | 'value'): string {
  const isKey = side === 'key';
  const [to, firstRow] = isKey ? [isPacked ? 'dqkv' : 'dk', 'firstKey'] : [isPacked ? 'dqkv' : 'dv', 'firstValue'];
  const size = tileRows(d);
  const queryAt = (m: string): string => `((b * M + ${m}) * QUERY_STEP + h) * ROW`;
  const outAt = (m: string): string => `((b * M + ${m}) * H + h) * ROW`;
  const own = (first: string): string => `((b * N + own) * KEY_STEP + ${first} + head) * ROW`;
  return /* wgsl */ `
fn ${side}Gradient(b: u32, head: u32, start: u32, local: u32) {${SIZES}
  let own = min(start + local, N - 1u);
  let mine = max(firstSeeing(own), N - M) - (N - M);
  let key = ${own('firstKey')};
  ${readRow(d, 'k', 'qkv', 'key', ' * SCALE')}
  ${isKey ? `let value = ${own('firstValue')};\n${readRow(d, 'v', 'qkv', 'value')}` : ''}
  ${zeroRow(d, 'x')}
  let begin = max(firstSeeing(start), N - M) - (N - M);
  for (var h = head * R; h < head * R + R; h++) {
    for (var first = begin; first < M; first += ${size}u) {
      ${fillTiles(d, 'M', queryAt, outAt, ['qkv', 'dOut'])}
      if (local < ${size}u) {
        let m = min(first + local, M - 1u);
        ${
          isKey
            ? `let place = ${outAt('m')};
        ${dotRows(d, 'delta', fromTile('rightTile', 'local', d), (c) => chunk(d, 'out', 'place', c))}`
            : 'let delta = 0.0;'
        }
        logAndDelta[local] = vec2f(logs[(b * M + m) * H + h], delta);
      }
      workgroupBarrier();
      for (var t = 0u; t < ${size}u; t++) {
        let m = first + t;
        ${dotRows(d, 'score', held('k'), fromTile('leftTile', 't', d))}
        let p = select(0.0, exp2(score - logAndDelta[t].x), m >= mine && m < M);
        ${
          isKey
            ? `${dotRows(d, 'dp', held('v'), fromTile('rightTile', 't', d))}
        let ds = p * (dp - logAndDelta[t].y);
        ${addRow(d, 'x', 'ds', fromTile('leftTile', 't', d))}`
            : addRow(d, 'x', 'p', fromTile('rightTile', 't', d))
        }
      }
    }
  }
  if (start + local < N) {
    let to = ${isPacked ? own(firstRow) : '((b * N + own) * G + head) * ROW'};
    ${isKey ? lines(chunksOf(d), (c) => `x${c} *= ${float(1 / Math.sqrt(d))};`) : ''}
    ${isKey && isRotary ? writeRowTurnedBack(d, to, 'to', 'x', 'own') : writeRow(d, to, 'to', held('x'))}
  }
}`;
}

/** Bindings: in `qkv`, `out`, `logs`, `dOut` `[B*M*H, d]`, `turns` with RoPE; out `dq` `[B*M*H, d]`, `dk`, `dv` `[B*N*G, d]`, or packed `dqkv`. */
export function backward(shape: AttentionShape, isRotary: boolean): Plan {
  const { B, N, M, H, G, d } = shape;
  const code = /* wgsl */ `${preamble(shape)}${tileDeclarations(d)}
var<workgroup> logAndDelta: array<vec2f, ${tileRows(d)}>;
${queryGradient(shape, isRotary)}
${keySideGradient(shape, isRotary, 'key')}
${keySideGradient(shape, isRotary, 'value')}
@compute @workgroup_size(${ROWS})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let b = group.y;
  let keyGroups = ${tilesCode('numbers.N')} * G;
  let queryGroups = ${tilesCode('numbers.M')} * H;
  if (group.x < keyGroups) {
    keyGradient(b, group.x % G, group.x / G * ${ROWS}u, local);
  } else if (group.x < 2u * keyGroups) {
    let unit = group.x - keyGroups;
    valueGradient(b, unit % G, unit / G * ${ROWS}u, local);
  } else {
    let unit = 2u * keyGroups + queryGroups - 1u - group.x;
    queryGradient(b, unit % H, unit / H * ${ROWS}u, local);
  }
}`;
  return { code, workgroups: [2 * tiles(N) * G + tiles(M) * H, B] };
}
