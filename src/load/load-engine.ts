import { availableParallelism } from 'node:os';
import { cellId, type LoadCell } from '../core/cell.ts';
import { createRandom } from '../core/random.ts';
import { createTimetable } from './arrivals.ts';
import { createCeilings } from './client-ceiling.ts';
import type { ThreadPlan } from './load-protocol.ts';
import { type LoadThread, startLoadThread } from './load-thread.ts';
import { TextLedger } from './text-ledger.ts';
import { measureOnThreads } from './trial-measurement.ts';
import type { TrialHooks, TrialRequest } from './trial-request.ts';
import { type TrialResult, trialResult } from './trial-result.ts';
import { longestTrialMs, type WindowPolicy, windowPolicy } from './window-policy.ts';

export interface LoadEngineOptions {
  /**
   * Number of the first nonce. Two runs against one server should not start at the same one: the later run
   * would find the earlier one's texts in the server's cache.
   */
  readonly firstNonce: number;
}

/** Measures trials of load cells, one at a time, in client threads that live as long as the engine. */
export interface LoadEngine {
  /**
   * Measures one trial: warm-up, window, drain. A server that fails is a result, not an error.
   *
   * @throws whatever a hook throws; Error when a client thread dies
   */
  measureTrial(request: TrialRequest, hooks?: TrialHooks): Promise<TrialResult>;
  /** Every text that was sent; enter here what is sent besides. */
  readonly ledger: TextLedger;
  close(): Promise<void>;
}

/** A client thread busier than this cannot be believed; another one is added while there are cores. */
const SATURATED = 0.85;
/**
 * Requests that an open loop without a cap has in flight at most, over all threads. A rate that the server cannot
 * meet would open sockets until the system has none left; what is due beyond this waits, and its clock runs.
 */
const MOST_IN_FLIGHT = 2048;

export function createLoadEngine(options: LoadEngineOptions): LoadEngine {
  const ledger = new TextLedger();
  const threads: LoadThread[] = [];
  /** Client threads that a cell turned out to need. */
  const needed = new Map<string, number>();
  let nextNonce = options.firstNonce;

  const crew = (count: number): LoadThread[] => {
    for (let i = 0; i < count; i++) if (threads[i]?.alive !== true) threads[i] = startLoadThread();
    return threads.slice(0, count);
  };
  const ceilings = createCeilings((plan, hooks) => measureOnThreads(crew(1), [plan], hooks));

  const measureOnce = async (
    request: TrialRequest,
    hooks: TrialHooks,
    count: number,
  ): Promise<TrialResult> => {
    const { cell, target, load } = request;
    const ceiling = load.ceiling ? await ceilings.of(cell, target, hooks.signal) : undefined;
    const plans = threadPlans(request, count, nextNonce);
    const measured = await measureOnThreads(crew(count), plans, hooks, target.pids);
    const taken = measured.results.reduce((sum, { requestsTaken }) => sum + requestsTaken, 0);
    nextNonce += (taken + count) * cell.batchSize;
    const reusedTexts = measured.results.reduce((sum, { textHashes }) => sum + ledger.add(textHashes), 0);
    const due = plans.map((plan) => plan.due);
    return trialResult(request, measured, {
      reusedTexts,
      due,
      ...(ceiling === undefined ? {} : { ceiling }),
    });
  };

  return {
    ledger,
    measureTrial: async (request, hooks = {}) => {
      const id = cellId(request.cell);
      const most = Math.max(1, availableParallelism() - 1);
      for (;;) {
        const count = threadCount(request, needed.get(id) ?? 1);
        const result = await measureOnce(request, hooks, count);
        const busy = (result.facts.eventLoopUtilisation ?? 0) > SATURATED;
        const more = Math.min(most, count * 2, threadCount({ ...request }, most));
        if (!busy || request.load.workers !== undefined || more <= count || result.facts.cancelled)
          return result;
        needed.set(id, more);
      }
    },
    close: async () => {
      await ceilings.close();
      await Promise.all(threads.splice(0).map((thread) => thread.close()));
    },
  };
}

/** Threads that share a cell; a closed loop cannot be split into more than its concurrency. */
function threadCount({ cell, load }: TrialRequest, wanted: number): number {
  return Math.min(load.workers ?? wanted, cell.concurrency ?? Number.POSITIVE_INFINITY);
}

function threadPlans(request: TrialRequest, count: number, firstNonce: number): ThreadPlan[] {
  const { cell, trial, target, load, instruction, texts, seed } = request;
  const policy = windowPolicy(load);
  const due = cell.arrivals === 'closed' ? undefined : timetable(request, policy);
  return Array.from({ length: count }, (_, thread): ThreadPlan => {
    const inFlight = share(cell.concurrency ?? MOST_IN_FLIGHT, count, thread);
    const stream = { texts, instruction, cache: cell.cache, batchSize: cell.batchSize, seed, trial };
    const { baseUrl, model, headers, timeoutMs } = target;
    return {
      cell,
      baseUrl,
      model,
      headers,
      timeoutMs,
      sendDimensions: cell.dimensions !== target.nativeDimensions,
      stream: { ...stream, firstNonce, stride: count, offset: thread },
      policy,
      leader: thread === 0,
      sentinels: thread === 0,
      ...(target.apiKey === undefined ? {} : { apiKey: target.apiKey }),
      ...(target.proxyUrl === undefined ? {} : { proxyUrl: target.proxyUrl }),
      ...(target.instructionTemplate === undefined
        ? {}
        : { instructionTemplate: target.instructionTemplate }),
      inFlight,
      ...(due === undefined
        ? {}
        : { due: everyNth(due, count, thread), meanGapMs: (1000 * count) / cell.rate! }),
    };
  });
}

function timetable(request: TrialRequest, policy: WindowPolicy): Float64Array {
  const { cell, trial, load, seed } = request;
  return createTimetable({
    arrivals: cell.arrivals as Exclude<LoadCell['arrivals'], 'closed'>,
    rate: cell.rate!,
    seconds: longestTrialMs(policy) / 1000 + 1,
    burstiness: load.burstiness,
    random: createRandom(seed, `arrivals/${trial}`),
  });
}

/** Every `count`-th due time from `first` on, in shared memory. */
function everyNth(due: Float64Array, count: number, first: number): Float64Array {
  const length = Math.max(0, Math.ceil((due.length - first) / count));
  const part = new Float64Array(new SharedArrayBuffer(length * 8));
  for (let i = 0; i < length; i++) part[i] = due[first + i * count]!;
  return part;
}

/** This thread's part of a number that is split as evenly as it goes. */
function share(total: number, count: number, index: number): number {
  return Math.floor(total / count) + (index < total % count ? 1 : 0);
}
