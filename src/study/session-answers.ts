/** What a session can be asked of its model: an evaluation, losses or gradients, how it fails. Nothing is stored here; null when it was cut off. */
import type { Engine } from '../model/backend.ts';
import { failureModes } from './analysis/failure-modes.ts';
import type { FailureSummary } from './analysis/failure-modes.ts';
import { measureModel } from './analysis/measure.ts';
import type { Measurement, MeasureKind } from './analysis/measurements.ts';
import { evaluateModel } from './evaluate.ts';
import type { CellQuestion } from './evaluate.ts';
import type { EvaluationResult, PromptMode, SessionEvent } from './events.ts';
import type { Model } from './model-setup.ts';
import type { RunSpec } from './run-spec.ts';
import type { ListedFailures, PastModel } from './session-types.ts';

/** A model and the steps that it has learned for. */
export interface Subject {
  readonly model: Model;
  readonly step: number;
}

export interface SessionAnswers {
  evaluation(subject: Subject, examples: number, prompts: readonly PromptMode[], signal: AbortSignal): Promise<EvaluationResult | null>;
  measurement(subject: Subject, what: MeasureKind, examples: number, signal: AbortSignal): Promise<Measurement | null>;
  failures(subject: Subject, question: CellQuestion, examples: number, signal: AbortSignal): Promise<ListedFailures | null>;
}

export function makeSessionAnswers({
  spec,
  engine,
  emit,
}: {
  readonly spec: RunSpec;
  readonly engine: Engine;
  readonly emit: (event: SessionEvent) => void;
}): SessionAnswers {
  return {
    evaluation: (subject, examples, prompts, signal) => evaluateModel({ ...subject, spec, examples, engine, prompts, signal, onProgress: emit }),
    measurement(subject, what, examples, signal) {
      const onProgress = (progress: { readonly done: number; readonly total: number }) => emit({ kind: 'measure-progress', what, ...progress });
      return measureModel({ what, ...subject, spec, examples, engine, signal, onProgress });
    },
    async failures(subject, question, examples, signal) {
      const { level, modality, prompt } = question;
      let summary: FailureSummary | null = null;
      const result = await evaluateModel({
        ...{ ...subject, spec, examples, engine, signal, onProgress: emit },
        ...{ tasks: [spec.task.id], levels: [level], modalities: [modality], prompts: [prompt] },
        onAnswers: (_, answers) => (summary = failureModes(spec.task.id, question, answers)),
      });
      return result === null || summary === null ? null : { step: subject.step, summary };
    },
  };
}

/** Whose answer is wanted: the run's as it is (null), or as it was. */
export async function subjectOf(now: Subject, past: PastModel | null): Promise<Subject> {
  return past === null ? now : { model: await past.model(), step: past.step };
}
