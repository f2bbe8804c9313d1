import { describe, expect, test } from 'vitest';
import { collectWords, makeWordPieces, wordsOf } from '../../../src/study/encoders/word-pieces.ts';

describe('word pieces', () => {
  const pieces = makeWordPieces(collectWords(['How many red cats? 12', 'how many dogs? 7', 'How MANY birds?'], 2));

  test('are words, digits and marks; frequent words first, after the basics', () => {
    expect(wordsOf("It's 10:45, isn't it?")).toEqual(['it', "'", 's', '1', '0', ':', '4', '5', ',', 'isn', "'", 't', 'it', '?']);
    expect(pieces.words.slice(-3)).toEqual(['?', 'how', 'many']);
  });

  test('spell what they do not know, and never fail', () => {
    expect(pieces.tokens('How many cats × 3?')).toEqual(['how', 'many', 'c', 'a', 't', 's', '<spelled>', '<unknown>', '3', '?']);
    const { ids, mask } = pieces.encode('many 3');
    expect([ids.length, [...ids.slice(0, 3)], [...mask.slice(0, 3)]]).toEqual([
      64,
      [pieces.words.indexOf('many'), pieces.words.indexOf('3'), 0],
      [1, 1, 0],
    ]);
  });

  test('cut a long text at 64, and give an empty one a place to look at', () => {
    expect(pieces.encode('how '.repeat(99)).mask.every((one) => one === 1)).toBe(true);
    expect([...pieces.encode('').mask].filter((one) => one === 1)).toHaveLength(1);
  });

  test('refuse a list that is not theirs', () => {
    expect(() => makeWordPieces(['how', 'many'])).toThrow('the file is damaged');
    expect(() => makeWordPieces([...pieces.words, 'many'])).toThrow('the file is damaged');
  });
});
