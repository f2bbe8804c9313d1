import { describe, expect, test } from 'vitest';
import { sampleToken, samplingKey, samplingUniform } from '../../src/model/decode-sampling.ts';

/** Logits whose softmax is the given shares. */
const logitsOf = (...shares: readonly number[]): Float32Array => Float32Array.from(shares, Math.log);

/** What a fine comb of uniform numbers draws: the share of each token. */
function drawnShares(logits: Float32Array, sampling: Parameters<typeof sampleToken>[1]): number[] {
  const teeth = 1000;
  const drawn = Array.from({ length: teeth }, (_, i) => sampleToken(logits, sampling, (i + 0.5) / teeth));
  return Array.from(logits, (_, token) => drawn.filter((one) => one === token).length / teeth);
}

describe('sampleToken', () => {
  const logits = logitsOf(0.1, 0.4, 0.05, 0.3, 0.15);

  test.each([
    ['all at temperature 1', { temperature: 1 }, [0.1, 0.4, 0.05, 0.3, 0.15]],
    ['squared shares at temperature 1/2', { temperature: 0.5 }, [0.01, 0.16, 0.0025, 0.09, 0.0225].map((x) => x / 0.285)],
    ['the likeliest three', { temperature: 1, topK: 3 }, [0, 0.4 / 0.85, 0, 0.3 / 0.85, 0.15 / 0.85]],
    ['a nucleus that ends at its share', { temperature: 1, topP: 0.65 }, [0, 4 / 7, 0, 3 / 7, 0]],
    ['a nucleus with the token that crosses its share', { temperature: 1, topP: 0.75 }, [0, 0.4 / 0.85, 0, 0.3 / 0.85, 0.15 / 0.85]],
    ['the nucleus of the likeliest three', { temperature: 1, topK: 3, topP: 0.8 }, [0, 4 / 7, 0, 3 / 7, 0]],
    ['a tiny nucleus', { temperature: 1, topP: 1e-9 }, [0, 1, 0, 0, 0]],
    ['more than there are', { temperature: 1, topK: 99, topP: 1 }, [0.1, 0.4, 0.05, 0.3, 0.15]],
    ['temperature 0', { temperature: 0 }, [0, 1, 0, 0, 0]],
  ] as const)('%s', (_, sampling, expected) => {
    drawnShares(logits, sampling).forEach((share, token) => expect(share, `token ${token}`).toBeCloseTo(expected[token] ?? 0, 2));
  });

  test('of equal tokens those with the lower ids are in', () => {
    const equal = logitsOf(0.2, 0.2, 0.2, 0.2, 0.2);
    expect(drawnShares(equal, { temperature: 1, topK: 2 })).toEqual([0.5, 0.5, 0, 0, 0]);
    expect(drawnShares(equal, { temperature: 1, topP: 0.5 }).map((share) => share > 0)).toEqual([true, true, true, false, false]);
    expect(drawnShares(equal, { temperature: 0 })).toEqual([1, 0, 0, 0, 0]);
  });
});

test('random numbers depend on seed, row and position, and are spread evenly', () => {
  const key = samplingKey(1);
  const draws = Array.from({ length: 2000 }, (_, i) => samplingUniform(key, i % 40, Math.floor(i / 40)));
  expect(new Set(draws).size).toBeGreaterThan(1995);
  const tenths = Array.from({ length: 10 }, (_, tenth) => draws.filter((draw) => Math.floor(draw * 10) === tenth).length);
  const chiSquare = tenths.reduce((sum, count) => sum + (count - 200) ** 2 / 200, 0);
  expect(chiSquare).toBeLessThan(27.9); // 0.1 % of chi-square with 9 degrees of freedom lie above
  expect(samplingUniform(key, 0, 0)).toBe(draws[0]);
  expect(samplingUniform(samplingKey(2), 0, 0)).not.toBe(draws[0]);
});
