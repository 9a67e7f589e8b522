import type { FailureKind } from '../core/outcome.ts';
import { promptTemplate } from '../server/prompt.ts';
import type { EmbeddingFields, Transport } from '../server/transport.ts';
import { TRANSPORT_TABLE } from '../server/transport-table.ts';
import type { DecodeLane } from './decode-lane.ts';
import { createClosedLoop, createOpenLoop, type LoadLoop } from './load-loop.ts';
import type { ThreadPlan, ThreadReport, ThreadResult, TimeSpan, TrialProgress } from './load-protocol.ts';
import { RequestPump } from './request-pump.ts';
import type { CompletionSeries } from './steadiness.ts';
import { createTextStream } from './text-stream.ts';
import { threadClock } from './thread-clock.ts';
import { createThreadGauges, type ThreadFigures } from './thread-gauges.ts';
import { createTimerSchedule } from './timer-schedule.ts';
import { vectorDrift } from './vector-drift.ts';
import { warmupVerdict, windowIsComplete } from './window-policy.ts';

/** Looks after held-back requests and decoded bodies. */
const TICK_MS = 10;
/** Looks whether the window may open or close. */
const DECIDE_MS = 50;
const PROGRESS_MS = 250;
/** More completions than this are thinned out before steadiness is judged. */
const MOST_POINTS = 20_000;

/** What a window's opening and closing leave behind. */
interface WindowMark {
  readonly atMs: number;
  readonly inFlightArea: number;
  readonly sockets: number;
}

/** One client thread's part of one trial. */
export class ThreadTrial {
  readonly #plan: ThreadPlan;
  readonly #lane: DecodeLane | undefined;
  readonly #report: (report: ThreadReport) => void;
  readonly #transport: Transport;
  readonly #gauges = createThreadGauges();
  #originMs = 0;
  #pump: RequestPump;
  #loop: LoadLoop | undefined;
  #opened: WindowMark | undefined;
  #closed: WindowMark | undefined;
  #figures: ThreadFigures | undefined;
  #cancelled = false;
  #drained = false;
  #finished = false;
  #sentinelCosine: number | undefined;
  #timers: NodeJS.Timeout[] = [];

  constructor(plan: ThreadPlan, lane: DecodeLane | undefined, report: (report: ThreadReport) => void) {
    this.#plan = plan;
    this.#lane = plan.cell.transport === 'openai' ? undefined : lane;
    this.#report = report;
    this.#transport = TRANSPORT_TABLE[plan.cell.transport]({
      baseUrl: plan.baseUrl,
      headers: plan.headers,
      timeoutMs: plan.timeoutMs,
      connections: connectionsOf(plan),
      clock: threadClock,
      ...(plan.apiKey === undefined ? {} : { apiKey: plan.apiKey }),
      ...(plan.proxyUrl === undefined ? {} : { proxyUrl: plan.proxyUrl }),
    });
    this.#pump = this.#createPump(0);
  }

  /** Opens the connections. */
  async prepare(): Promise<void> {
    await this.#transport.open();
    this.#report({ type: 'ready' });
  }

  go(originMs: number): void {
    if (this.#loop !== undefined) return;
    if (this.#cancelled) {
      void this.#finish();
      return;
    }
    this.#originMs = originMs;
    this.#pump = this.#createPump(originMs);
    this.#loop = this.#createLoop(originMs);
    this.#every(TICK_MS, () => this.#tick());
    if (this.#plan.leader) this.#every(DECIDE_MS, () => this.#decide());
    this.#every(PROGRESS_MS, () => this.#report({ type: 'progress', progress: this.#progress() }));
    this.#loop.start();
  }

  openWindow(): void {
    if (this.#opened !== undefined) return;
    this.#gauges.start();
    this.#opened = this.#mark();
    if (this.#plan.sentinels) this.#pump.wantSentinels();
  }

  closeWindow(): void {
    if (this.#opened === undefined || this.#closed !== undefined) return;
    this.#closed = this.#mark();
    this.#figures = this.#gauges.stop();
    this.#loop?.stop();
  }

  /** Ends the trial where it stands; everything measured so far is reported, before `go` as soon as it comes. */
  cancel(): void {
    if (this.#cancelled) return;
    this.#cancelled = true;
    this.closeWindow();
    this.#loop?.stop();
    this.#loop?.giveUp('cancelled');
    void this.#transport.close();
    if (this.#drained) void this.#finish();
  }

  /** Nothing else is on its way to the server: compares the sentinels, then ends the trial. */
  async quiet(): Promise<void> {
    if (this.#finished) return;
    const pump = this.#pump;
    this.#sentinelCosine = await vectorDrift(pump.sentinels, this.#plan.cell.dimensions, {
      sendAlone: (prompts) => pump.sendAlone(prompts),
      nowMs: threadClock.nowMs,
    });
    await this.#finish();
  }

  #createPump(originMs: number): RequestPump {
    const { cell, stream, model, sendDimensions, instructionTemplate } = this.#plan;
    const template = promptTemplate(model, instructionTemplate);
    const fieldsOf = (input: readonly string[]): EmbeddingFields => ({
      model,
      input,
      encoding_format: cell.encoding,
      ...(sendDimensions ? { dimensions: cell.dimensions } : {}),
    });
    return new RequestPump({
      transport: this.#transport,
      lane: this.#lane,
      clock: threadClock,
      originMs,
      stream: createTextStream({ ...stream, template }),
      fieldsOf,
      dimensions: cell.dimensions,
      onEnded: (failed) => this.#loop?.onEnded(failed),
    });
  }

  #createLoop(originMs: number): LoadLoop {
    const { due, inFlight, meanGapMs } = this.#plan;
    if (due === undefined) return createClosedLoop(this.#pump, threadClock, inFlight);
    const schedule = createTimerSchedule(due, originMs, meanGapMs ?? 1);
    return createOpenLoop({
      pump: this.#pump,
      clock: threadClock,
      due,
      originMs,
      schedule,
      maxInFlight: inFlight,
    });
  }

  #every(ms: number, act: () => void): void {
    this.#timers.push(setInterval(act, ms));
  }

  #mark(): WindowMark {
    return {
      atMs: threadClock.nowMs() - this.#originMs,
      inFlightArea: this.#pump.meter.area(),
      sockets: this.#transport.socketsOpened,
    };
  }

  #tick(): void {
    this.#lane?.collect();
    this.#loop?.tick();
    if (this.#drained || (this.#closed === undefined && !this.#cancelled)) return;
    if (this.#closed !== undefined) this.#endPatience(this.#closed.atMs);
    if (this.#pump.meter.count > 0 || (this.#loop?.waiting ?? 0) > 0 || (this.#lane?.pending ?? 0) > 0)
      return;
    this.#drained = true;
    if (this.#cancelled || this.#pump.sentinels.length === 0) void this.#finish();
    else this.#report({ type: 'drained' });
  }

  /** What was due and could not even be sent a time limit after the window has timed out. */
  #endPatience(closedAtMs: number): void {
    const nowMs = threadClock.nowMs() - this.#originMs;
    if (nowMs - closedAtMs > this.#plan.timeoutMs) this.#loop?.giveUp('timeout');
  }

  #decide(): void {
    const { policy } = this.#plan;
    const nowMs = threadClock.nowMs() - this.#originMs;
    if (this.#cancelled || this.#closed !== undefined) return;
    if (this.#opened === undefined) {
      const verdict = nowMs < policy.warmupMs ? 'warming' : warmupVerdict(policy, nowMs, this.#completions());
      if (verdict === 'warming') return;
      this.openWindow();
      this.#report({ type: 'windowOpened', steady: verdict === 'steady' });
      return;
    }
    const { atMs } = this.#opened;
    if (!windowIsComplete(policy, nowMs - atMs, () => this.#latenciesSince(atMs))) return;
    this.closeWindow();
    this.#report({ type: 'windowClosed' });
  }

  #completions(): CompletionSeries {
    const rows = this.#pump.answered;
    const { columns } = this.#pump.recorder;
    const stride = Math.max(1, Math.ceil(rows.length / MOST_POINTS));
    const count = Math.floor(rows.length / stride);
    const endedMs = new Float64Array(count);
    const latencyMs = new Float64Array(count);
    for (let i = 0; i < count; i++) {
      const row = rows[i * stride]!;
      endedMs[i] = columns.lastByteMs[row]!;
      latencyMs[i] = columns.lastByteMs[row]! - columns.intendedMs[row]!;
    }
    return { endedMs, latencyMs };
  }

  #latenciesSince(openMs: number): Float64Array {
    const { columns } = this.#pump.recorder;
    return Float64Array.from(
      this.#pump.answered.filter((row) => columns.intendedMs[row]! >= openMs),
      (row) => columns.lastByteMs[row]! - columns.intendedMs[row]!,
    );
  }

  #progress(): TrialProgress {
    const phase = this.#closed !== undefined ? 'drain' : this.#opened !== undefined ? 'window' : 'warmup';
    return {
      phase,
      elapsedMs: threadClock.nowMs() - this.#originMs,
      sent: this.#pump.recorder.length,
      answered: this.#pump.answered.length,
      inFlight: this.#pump.meter.count,
    };
  }

  async #finish(): Promise<void> {
    if (this.#finished) return;
    this.#finished = true;
    for (const timer of this.#timers.splice(0)) clearInterval(timer);
    await this.#transport.close();
    // What the decoding thread has to say about failures comes as messages, a turn later.
    await threadClock.sleep(1);
    this.#report({ type: 'result', result: this.#result() });
  }

  #result(): ThreadResult {
    const { recorder, textHashes, vectors, messages } = this.#pump;
    const window = this.#window();
    const cosine = this.#sentinelCosine;
    return {
      samples: recorder.finish(),
      cancelled: this.#cancelled,
      latenessMs: Float64Array.from(this.#loop?.latenessMs ?? []),
      textHashes,
      requestsTaken: recorder.length + 1,
      socketsInWindow: (this.#closed?.sockets ?? 0) - (this.#opened?.sockets ?? 0),
      meanInFlight:
        window === undefined
          ? 0
          : (this.#closed!.inFlightArea - this.#opened!.inFlightArea) / (window.closeMs - window.openMs),
      heldMs: this.#loop?.heldMs ?? 0,
      vectors,
      messages: Object.fromEntries(messages) as Partial<Record<FailureKind, string>>,
      ...(window === undefined ? {} : { window }),
      ...(this.#figures === undefined ? {} : { figures: this.#figures }),
      ...(cosine === undefined ? {} : { sentinelCosineMin: cosine }),
    };
  }

  #window(): TimeSpan | undefined {
    if (this.#opened === undefined || this.#closed === undefined) return undefined;
    return { openMs: this.#opened.atMs, closeMs: this.#closed.atMs };
  }
}

/** Connections to open ahead: one per request in flight, or what an open loop is likely to need. */
function connectionsOf({ inFlight, due, meanGapMs }: ThreadPlan): number {
  if (due === undefined) return inFlight;
  const likely = Math.ceil(50 / (meanGapMs ?? 1));
  return Math.min(inFlight, Math.max(16, Math.min(128, likely)));
}
