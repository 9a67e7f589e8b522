import * as z from 'zod';
import { createRandom } from '../../core/random.ts';
import { type FaultEntry, faultMode } from './fault.ts';
import { amount, count, signed } from './settings.ts';

/** Faults that change when an answer leaves. */
export const TIME_FAULTS = {
  /**
   * Exact service times: an answer leaves `ms` + `perTextMs` per text after its request arrived, whatever the model
   * took (as long as it took less). With `slots`, so many requests are served at a time and the others queue, first
   * come, first served: a server of known capacity. 0 slots: no limit.
   */
  service: faultMode({
    summary: 'answer exactly ms (100) + perTextMs (0) per text after arrival; slots (0 = no limit) at a time',
    settings: z.strictObject({ ms: amount(100), perTextMs: amount(0), slots: amount(0) }),
    hooks: ({ ms, perTextMs, slots }) => {
      const freeAtMs: number[] = new Array<number>(Math.floor(slots)).fill(0);
      return {
        releaseAt({ texts, arrivedMs }, readyMs) {
          const serviceMs = ms + perTextMs * texts.length;
          if (freeAtMs.length === 0) return Math.max(readyMs, arrivedMs + serviceMs);
          const earliest = freeAtMs.indexOf(Math.min(...freeAtMs));
          const doneMs = Math.max(arrivedMs, freeAtMs[earliest]!) + serviceMs;
          freeAtMs[earliest] = doneMs;
          return Math.max(readyMs, doneMs);
        },
      };
    },
  }),
  /** Slower than it could be, by a fixed time and by a share of its own time: an injected regression. */
  slow: faultMode({
    summary: 'leave ms (0) + percent (0) of the service time later, e.g. slow:percent=8,batchSize=32',
    settings: z.strictObject({ ms: amount(0), percent: amount(0) }),
    hooks: ({ ms, percent }) => ({
      releaseAt: ({ arrivedMs }, readyMs) => readyMs + ms + ((readyMs - arrivedMs) * percent) / 100,
    }),
  }),
  /** Nothing leaves during `seconds` of every `every` seconds, counted from the start of the server; then all does. */
  stall: faultMode({
    summary: 'nothing leaves during the last seconds (1) of every (10) seconds, shifted by offset (0)',
    settings: z.strictObject({ seconds: amount(1), every: amount(10), offset: signed(0) }),
    hooks: ({ seconds, every, offset }) => {
      const startMs = performance.now() + offset * 1000;
      const periodMs = Math.max(every, seconds) * 1000;
      return {
        releaseAt(_request, readyMs) {
          const phaseMs = (((readyMs - startMs) % periodMs) + periodMs) % periodMs;
          return phaseMs < periodMs - seconds * 1000 ? readyMs : readyMs - phaseMs + periodMs;
        },
      };
    },
  }),
  /** A cold start: `ms` later at the first request, less and less from there, nothing after `seconds`. */
  ramp: faultMode({
    summary: 'cold start: ms (50) later at first, falling to 0 within seconds (5)',
    settings: z.strictObject({ ms: amount(50), seconds: amount(5) }),
    hooks: ({ ms, seconds }) => {
      let firstMs: number | undefined;
      return {
        releaseAt({ arrivedMs }, readyMs) {
          firstMs ??= arrivedMs;
          const left = 1 - (arrivedMs - firstMs) / (seconds * 1000);
          return left > 0 ? readyMs + ms * left : readyMs;
        },
      };
    },
  }),
  /** Random extra time: uniform up to `ms`, or exponential with mean `ms`. */
  jitter: faultMode({
    summary: 'random extra time: up to ms (20), or exponential with that mean (shape=exponential)',
    settings: z.strictObject({
      ms: amount(20),
      shape: z.enum(['uniform', 'exponential']).default('uniform'),
      seed: count(1),
    }),
    hooks: ({ ms, shape, seed }) => {
      const random = createRandom(seed, 'jitter');
      return {
        releaseAt: (_request, readyMs) =>
          readyMs + ms * (shape === 'uniform' ? random.next() : -Math.log(1 - random.next())),
      };
    },
  }),
  /** The request is taken and never answered. */
  hang: faultMode({
    summary: 'never answer, e.g. hang:nth=20',
    settings: z.strictObject({}),
    hooks: () => ({
      admit: (_request, signal) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => resolve(undefined), { once: true });
        }),
    }),
  }),
} as const satisfies Record<string, FaultEntry>;
