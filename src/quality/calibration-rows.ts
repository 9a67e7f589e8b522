import { UsageError } from '../core/errors.ts';
import { createRandom, shuffled } from '../core/random.ts';
import { planHoldOut } from './tasks/hold-out.ts';
import type { TaskEnvironment } from './tasks/task.ts';

/**
 * Rows that int8 ranges are learned from: the training part of the first label column's hold-out, so that no
 * held-out item has a say in how it is stored; without such a split a seeded sample of as many rows.
 */
export function calibrationRows(rows: number, environment: TaskEnvironment): Int32Array {
  return trainingRows(environment) ?? sampledRows(rows, environment);
}

function trainingRows(environment: TaskEnvironment): Int32Array | undefined {
  const [column] = Object.keys(environment.items.labels);
  if (column === undefined) return undefined;
  try {
    return planHoldOut(column, environment).train.rows;
  } catch (thrown) {
    // No split of these labels: whether a task can do without one is the task's to say.
    if (thrown instanceof UsageError) return undefined;
    throw thrown;
  }
}

function sampledRows(rows: number, { options }: TaskEnvironment): Int32Array {
  const order = shuffled([...new Int32Array(rows).keys()], createRandom(options.seed, 'calibration'));
  return Int32Array.from(order.slice(0, Math.max(1, Math.floor(rows * (1 - options.testShare)))));
}
