/** Answers as text and as classes of a model (spec/smarter-vlm 1.8). */
import type { AnswerType, AnswerValue } from './puzzle.ts';

/** Steps of a sequence decoder. */
export const SEQUENCE_STEPS = 10;

const SIGNS = ['', '+', '−', '×', '÷'] as const;

/** An answer as an option shows it. */
export function answerText(type: AnswerType, value: AnswerValue): string {
  if (type.kind === 'sequence') {
    if (typeof value === 'number') throw new Error('internal: a sequence as one number');
    return type.symbols === 'letters' ? value.map(letterOf).join('') : value.join(', ');
  }
  if (typeof value !== 'number') throw new Error(`internal: ${type.kind} as a list`);
  switch (type.kind) {
    case 'integer':
      return type.unit === undefined ? String(value) : `${value} ${type.unit}`;
    case 'label':
    case 'letter':
      return letterOf(value);
    case 'time':
      return timeText(value);
    case 'operation':
      return `${SIGNS[Math.floor(value / 10)] ?? '?'} ${value % 10}`;
  }
}

/** The targets of a model: one class, or one per step with padding, `[SEQUENCE_STEPS]`. */
export function answerClasses(type: AnswerType, value: AnswerValue): readonly number[] {
  if (type.kind !== 'sequence') return typeof value === 'number' ? [value] : [];
  const symbols = typeof value === 'number' ? [value] : value;
  return Array.from({ length: SEQUENCE_STEPS }, (_, step) => symbols[step] ?? type.pad);
}

export function isSameAnswer(a: AnswerValue, b: AnswerValue): boolean {
  return String(a) === String(b);
}

/** A = 0. */
export function letterOf(index: number): string {
  return String.fromCodePoint(0x41 + index);
}

/** Hours 1 to 24 as on a clock face. */
function timeText(hour: number): string {
  const isMorning = hour % 24 < 12;
  return `${((hour + 11) % 12) + 1} ${isMorning ? 'AM' : 'PM'}`;
}
