/**
 * Attention kernels for software adapters: an invocation owns two rows of one head, keeps them in registers and walks over the rows of the other side.
 * No workgroup memory, no barrier.
 *
 * What costs on SwiftShader is reading storage: 45 to 70 ns for one vec4f of four neighbouring invocations (its SIMD unit), as much as 25 to 35 fused
 * multiply-adds of vectors (ours, measured in one process of the build machine). So a row that is read serves both owned rows, and the four invocations of
 * a workgroup own rows of the same head: with the `subgroups` extension each reads a quarter of the row and the quad exchanges them (`isQuad`).
 * Exchanging makes kernels 1.3 to 2 times as fast and as quick to make. Four rows instead of two gain at most a third (d = 32) and take three times as long
 * to make.
 *
 * Forward is the online softmax over blocks of keys (arXiv 1805.02867, arXiv 2205.14135); backward makes the probabilities again from the saved logarithm
 * of their denominators (arXiv 2307.08691, algorithm 2). Every sum runs in a fixed order.
 *
 * Letters as in attention-code.ts.
 */
import type { AttentionShape, Plan } from './attention-code.ts';
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

/** Invocations of a workgroup: a quad. */
const LANES = 4;
/** Rows that an invocation owns, and rows of a workgroup. */
const ROWS = 2;
const TILE = ROWS * LANES;
/** Keys between two corrections of the running maximum. */
const BLOCK = 2;

const rows = (f: (r: number) => string): string => lines(ROWS, f);
const block = (f: (t: number) => string): string => lines(BLOCK, f);

/** A row that all four invocations need, into `name0`, …: each reads every fourth vector. */
function readCommon(d: number, name: string, tensor: string, at: string, isQuad: boolean): string {
  if (!isQuad || d % 4 !== 0) return readRow(d, name, tensor, at);
  const chunks = chunksOf(d);
  const mine = (part: number): string => (4 * part + 4 > chunks ? `min(${4 * part}u + lane, ${chunks - 1}u)` : `${4 * part}u + lane`);
  return `${lines(Math.ceil(chunks / 4), (part) => `let ${name}Part${part} = ${tensor}[${at} + ${mine(part)}];`)}
${lines(chunks, (c) => `let ${name}${c} = quadBroadcast(${name}Part${Math.floor(c / 4)}, ${c % 4}u);`)}`;
}

/** A kernel whose invocations own positions (all, or those with a query) of query or key heads. */
function planOf(shape: AttentionShape, isQuad: boolean, count: 'N' | 'M', heads: 'H' | 'G', body: string): Plan {
  const lane = isQuad ? ', @builtin(subgroup_invocation_id) subgroupLane: u32' : '';
  const code = /* wgsl */ `${preamble(shape)}
@compute @workgroup_size(${LANES})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32${lane}) {
  ${isQuad ? 'let lane = subgroupLane % 4u;' : ''}${SIZES}
  let head = group.y;
  let b = group.z;
  let first = group.x * ${TILE}u;
  let last = min(first + ${TILE - 1}u, ${count} - 1u);
  let own = first + local * ${ROWS}u;
  ${body}
}`;
  return { code, workgroups: [Math.ceil(shape[count] / TILE), shape[heads], shape.B], enables: isQuad ? ['subgroups'] : [] };
}

/** Bindings: in `qkv`; out `out` `[B*M*H, d]`, `logs` `[B*M*H]` (log2 of the sum of exp2 of the scores). */
export function forward(shape: AttentionShape, isQuad: boolean): Plan {
  const { d } = shape;
  const body = /* wgsl */ `
  let keys = b * N * KEY_STEP + firstKey + head / R;
  let values = b * N * KEY_STEP + firstValue + head / R;
  ${rows(
    (r) => `
  let row${r} = min(own + ${r}u, M - 1u);
  let seen${r} = seenBy(N - M + row${r});
  let query${r} = ((b * M + row${r}) * QUERY_STEP + head) * ROW;
  ${readRow(d, `q${r}_`, 'qkv', `query${r}`, ' * SCALE')}
  ${zeroRow(d, `o${r}_`)}
  var top${r} = LEAST;
  var sum${r} = 0.0;`,
  )}
  let end = seenBy(N - M + last);
  for (var j = 0u; j < end; j += ${BLOCK}u) {
    ${block(
      (t) => `
    let key${t} = (keys + min(j + ${t}u, N - 1u) * KEY_STEP) * ROW;
    ${readCommon(d, `k${t}_`, 'qkv', `key${t}`, isQuad)}
    ${rows(
      (r) => `
    ${dotRows(d, `dot${r}_${t}`, held(`q${r}_`), held(`k${t}_`))}
    let score${r}_${t} = select(LEAST, dot${r}_${t}, j + ${t}u < seen${r});`,
    )}`,
    )}
    ${rows(
      (r) => `
    let next${r} = ${Array.from({ length: BLOCK }, (_, t) => `score${r}_${t}`).reduce((a, score) => `max(${a}, ${score})`, `top${r}`)};
    let fade${r} = exp2(top${r} - next${r});
    top${r} = next${r};
    sum${r} *= fade${r};
    ${lines(chunksOf(d), (c) => `o${r}_${c} *= fade${r};`)}
    ${block((t) => `let p${r}_${t} = exp2(score${r}_${t} - next${r}); sum${r} += p${r}_${t};`)}`,
    )}
    ${block(
      (t) => `
    let value${t} = (values + min(j + ${t}u, N - 1u) * KEY_STEP) * ROW;
    ${readCommon(d, `v${t}_`, 'qkv', `value${t}`, isQuad)}
    ${rows((r) => addRow(d, `o${r}_`, `p${r}_${t}`, held(`v${t}_`)))}`,
    )}
  }
  ${rows(
    (r) => `
  if (own + ${r}u < M) {
    let at = (b * M + row${r}) * H + head;
    let to = at * ROW;
    let scale = 1.0 / sum${r};
    ${writeRow(d, 'out', 'to', (c) => `o${r}_${c} * scale`)}
    logs[at] = top${r} + log2(sum${r});
  }`,
  )}`;
  return planOf(shape, isQuad, 'M', 'H', body);
}

/**
 * Bindings: in `qkv`, `out`, `logs`, `dOut` `[B*M*H, d]`, `turns` with RoPE; out `deltas` `[B*M*H]` (dOut . out), and `dq` `[B*M*H, d]` or, packed, the
 * queries of `dqkv`.
 */
export function backwardQueries(shape: AttentionShape, isRotary: boolean, isQuad: boolean): Plan {
  const { d, isPacked } = shape;
  const to = isPacked ? 'dqkv' : 'dq';
  const body = /* wgsl */ `
  let keys = b * N * KEY_STEP + firstKey + head / R;
  let values = b * N * KEY_STEP + firstValue + head / R;
  ${rows(
    (r) => `
  let row${r} = min(own + ${r}u, M - 1u);
  let seen${r} = seenBy(N - M + row${r});
  let query${r} = ((b * M + row${r}) * QUERY_STEP + head) * ROW;
  let at${r} = (b * M + row${r}) * H + head;
  let outAt${r} = at${r} * ROW;
  ${readRow(d, `q${r}_`, 'qkv', `query${r}`, ' * SCALE')}
  ${readRow(d, `g${r}_`, 'dOut', `outAt${r}`)}
  ${dotRows(d, `delta${r}`, held(`g${r}_`), (c) => chunk(d, 'out', `outAt${r}`, c))}
  let log${r} = logs[at${r}];
  ${zeroRow(d, `dq${r}_`)}`,
  )}
  let end = seenBy(N - M + last);
  for (var j = 0u; j < end; j++) {
    let key = (keys + j * KEY_STEP) * ROW;
    let value = (values + j * KEY_STEP) * ROW;
    ${readCommon(d, 'k', 'qkv', 'key', isQuad)}
    ${readCommon(d, 'v', 'qkv', 'value', isQuad)}
    ${rows(
      (r) => `
    ${dotRows(d, `score${r}`, held(`q${r}_`), held('k'))}
    ${dotRows(d, `dp${r}`, held(`g${r}_`), held('v'))}
    let ds${r} = select(0.0, exp2(score${r} - log${r}) * (dp${r} - delta${r}), j < seen${r});
    ${addRow(d, `dq${r}_`, `ds${r}`, held('k'))}`,
    )}
  }
  ${rows(
    (r) => `
  if (own + ${r}u < M) {
    ${lines(chunksOf(d), (c) => `dq${r}_${c} *= ${float(1 / Math.sqrt(d))};`)}
    let to = ${isPacked ? `query${r}` : `outAt${r}`};
    ${isRotary ? writeRowTurnedBack(d, to, 'to', `dq${r}_`, `(N - M + row${r})`) : writeRow(d, to, 'to', held(`dq${r}_`))}
    deltas[at${r}] = delta${r};
  }`,
  )}`;
  return planOf(shape, isQuad, 'M', 'H', body);
}

/**
 * Bindings: in `qkv`, `logs`, `dOut`, `deltas`, `turns` with RoPE; out `dk`, `dv` `[B*N*G, d]` or, packed, the keys and values of `dqkv`. An invocation
 * owns keys and walks over the queries that see them, head by head of those that share the key head.
 */
export function backwardKeys(shape: AttentionShape, isRotary: boolean, isQuad: boolean): Plan {
  const { d, isPacked } = shape;
  const [toKey, toValue] = isPacked ? ['dqkv', 'dqkv'] : ['dk', 'dv'];
  const body = /* wgsl */ `
  ${rows(
    (r) => `
  let row${r} = min(own + ${r}u, N - 1u);
  let start${r} = max(firstSeeing(row${r}), N - M) - (N - M);
  let key${r} = ((b * N + row${r}) * KEY_STEP + firstKey + head) * ROW;
  let value${r} = ((b * N + row${r}) * KEY_STEP + firstValue + head) * ROW;
  ${readRow(d, `k${r}_`, 'qkv', `key${r}`, ' * SCALE')}
  ${readRow(d, `v${r}_`, 'qkv', `value${r}`)}
  ${zeroRow(d, `dk${r}_`)}
  ${zeroRow(d, `dv${r}_`)}`,
  )}
  let start = max(firstSeeing(first), N - M) - (N - M);
  for (var h = head * R; h < head * R + R; h++) {
    for (var m = start; m < M; m++) {
      let query = ((b * M + m) * QUERY_STEP + h) * ROW;
      let at = (b * M + m) * H + h;
      let outAt = at * ROW;
      ${readCommon(d, 'q', 'qkv', 'query', isQuad)}
      ${readCommon(d, 'g', 'dOut', 'outAt', isQuad)}
      let log = logs[at];
      let delta = deltas[at];
      ${rows(
        (r) => `
      ${dotRows(d, `score${r}`, held(`k${r}_`), held('q'))}
      ${dotRows(d, `dp${r}`, held(`v${r}_`), held('g'))}
      let p${r} = select(0.0, exp2(score${r} - log), m >= start${r});
      let ds${r} = p${r} * (dp${r} - delta);
      ${addRow(d, `dv${r}_`, `p${r}`, held('g'))}
      ${addRow(d, `dk${r}_`, `ds${r}`, held('q'))}`,
      )}
    }
  }
  ${rows(
    (r) => `
  if (own + ${r}u < N) {
    ${lines(chunksOf(d), (c) => `dk${r}_${c} *= ${float(1 / Math.sqrt(d))};`)}
    let toKey = ${isPacked ? `key${r}` : `((b * N + row${r}) * G + head) * ROW`};
    let toValue = ${isPacked ? `value${r}` : 'toKey'};
    ${isRotary ? writeRowTurnedBack(d, toKey, 'toKey', `dk${r}_`, `row${r}`) : writeRow(d, toKey, 'toKey', held(`dk${r}_`))}
    ${writeRow(d, toValue, 'toValue', held(`dv${r}_`))}
  }`,
  )}`;
  return planOf(shape, isQuad, 'N', 'G', body);
}
