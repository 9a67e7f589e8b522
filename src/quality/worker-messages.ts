import type { VerdictInput } from '../compare/verdicts.ts';
import {
  type FailureClass,
  GateError,
  InterruptedError,
  NoVerdictError,
  ServerError,
  UsageError,
} from '../core/errors.ts';
import type { DataCard } from '../core/record/dataset-block.ts';
import type { PairedVerdict } from '../core/record/quality-row.ts';
import type { CardRequest } from './dataset-card.ts';
import type { QualityJob, QualityJobResult } from './quality-job.ts';

/** What the quality worker is asked for. */
export type QualityRequest =
  | { readonly kind: 'card'; readonly input: CardRequest }
  | { readonly kind: 'evaluate'; readonly job: QualityJob; readonly threads: number }
  | { readonly kind: 'verdicts'; readonly input: VerdictInput };

/** What it answers: progress any number of times, then one of the others. */
export type QualityReply =
  | { readonly kind: 'progress'; readonly done: number; readonly total: number }
  | { readonly kind: 'evaluated'; readonly result: QualityJobResult }
  | { readonly kind: 'card'; readonly card: DataCard }
  | { readonly kind: 'verdicts'; readonly verdicts: readonly PairedVerdict[] }
  | { readonly kind: 'failed'; readonly failure: PostedFailure };

/** An error as plain data: classes do not survive being posted. */
export interface PostedFailure {
  readonly message: string;
  readonly stack?: string;
  readonly failureClass?: FailureClass;
  readonly where?: string;
  readonly hint?: string;
}

/** Takes an error apart for posting. */
export function postedFailure(thrown: unknown): PostedFailure {
  if (!(thrown instanceof Error)) return { message: String(thrown) };
  const { failureClass, where, hint } = thrown as Partial<PostedFailure>;
  return {
    message: thrown.message,
    ...(thrown.stack === undefined ? {} : { stack: thrown.stack }),
    ...(failureClass === undefined ? {} : { failureClass }),
    ...(where === undefined ? {} : { where }),
    ...(hint === undefined ? {} : { hint }),
  };
}

const CLASSES = {
  usage: UsageError,
  server: ServerError,
  gate: GateError,
  noVerdict: NoVerdictError,
  interrupted: InterruptedError,
} as const;

/** The error again, of its class and with the worker's stack. */
export function restoredError({ message, stack, failureClass, where, hint }: PostedFailure): Error {
  const details = { ...(where === undefined ? {} : { where }), ...(hint === undefined ? {} : { hint }) };
  const error = failureClass === undefined ? new Error(message) : new CLASSES[failureClass](message, details);
  if (stack !== undefined) error.stack = stack;
  return error;
}
