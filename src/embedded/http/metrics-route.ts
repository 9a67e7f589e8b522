import type { EmbeddingService } from '../service/embedding-service.ts';
import type { Histogram } from '../service/histogram.ts';
import type { Answer } from './exchange.ts';
import { detailError } from './refused.ts';
import { textReply } from './reply.ts';

const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

type Labels = Readonly<Record<string, string>>;

/** `/metrics`: SGLang's names with real figures, the process's own, and how well requests merged. */
export function answerMetrics(service: EmbeddingService): Answer {
  const { contract } = service;
  if (contract.metrics === 'off') return detailError(404, 'Not Found');
  const lines = [
    ...schedulerLines(service),
    ...tokenLines(service),
    ...timeLines(service),
    ...processLines(service),
  ];
  return textReply(200, `${lines.join('\n')}\n`, CONTENT_TYPE);
}

function schedulerLines(service: EmbeddingService): string[] {
  const { running, waiting } = service.engine.load();
  const labels = modelLabels(service);
  const { promptTokens, cachedTokens } = service.counters;
  return [
    ...single('gauge', 'sglang:num_running_reqs', 'Texts that are being computed', labels, running),
    ...single('gauge', 'sglang:num_queue_reqs', 'Texts that wait', labels, waiting),
    ...single(
      'gauge',
      'sglang:num_used_tokens',
      'Tokens in the prefix cache',
      labels,
      service.cachedPositions(),
    ),
    ...single('gauge', 'sglang:token_usage', 'Share of the pool in use', labels, 0),
    ...single(
      'gauge',
      'sglang:cache_hit_rate',
      'Prefix cache hit rate',
      labels,
      promptTokens === 0 ? 0 : cachedTokens / promptTokens,
    ),
  ];
}

/** The series of cached tokens is born with the first hit. */
function tokenLines(service: EmbeddingService): string[] {
  const { counters, contract } = service;
  const labels = modelLabels(service);
  const cachedLabels = contract.metrics === 'current' ? { ...labels, cache_source: 'device' } : labels;
  const lines = [
    ...single(
      'counter',
      'sglang:prompt_tokens_total',
      'Prompt tokens, cached ones included',
      labels,
      counters.promptTokens,
    ),
    ...single('counter', 'sglang:num_requests_total', 'Texts that were answered', labels, counters.texts),
    ...single(
      'counter',
      'sglang:num_aborted_requests_total',
      'Texts that were given up',
      labels,
      counters.abortedTexts,
    ),
  ];
  if (counters.cachedTokens > 0) {
    lines.push(
      ...single(
        'counter',
        'sglang:cached_tokens_total',
        'Cached prompt tokens',
        cachedLabels,
        counters.cachedTokens,
      ),
    );
  }
  return lines;
}

function timeLines(service: EmbeddingService): string[] {
  const { counters, contract } = service;
  const labels = modelLabels(service);
  const lines = [
    ...histogram(
      'sglang:e2e_request_latency_seconds',
      'Seconds from arrival to vectors',
      labels,
      counters.latency,
    ),
    ...histogram('sglang:queue_time_seconds', 'Seconds that a text waited', labels, counters.queueTime),
    ...histogram(
      'sglang:per_stage_req_latency_seconds',
      'Seconds by stage',
      { ...labels, stage: 'prefill_forward' },
      counters.prefillTime,
    ),
  ];
  if (contract.metrics === 'current') {
    lines.push(
      ...histogram(
        'sglang:uncached_prompt_tokens_histogram',
        'Tokens that were really computed',
        labels,
        counters.computedTokens,
      ),
    );
  }
  return lines;
}

/** Names that dimsweep adds, and those that Python's client library gives every process. */
function processLines({ engine, startedMs }: EmbeddingService): string[] {
  const { passes, texts } = engine.passes();
  const { user, system } = process.cpuUsage();
  const startedS = (Date.now() - (performance.now() - startedMs)) / 1000;
  return [
    ...single('counter', 'dimsweep:forward_passes_total', 'Batches that went through the model', {}, passes),
    ...single('counter', 'dimsweep:forward_texts_total', 'Texts in those batches', {}, texts),
    ...single('gauge', 'process_resident_memory_bytes', 'Resident memory', {}, process.memoryUsage.rss()),
    ...single('counter', 'process_cpu_seconds_total', 'Processor time', {}, (user + system) / 1e6),
    ...single('gauge', 'process_start_time_seconds', 'Start time since the epoch', {}, startedS),
  ];
}

function modelLabels({ entry, contract }: EmbeddingService): Labels {
  return contract.metrics === 'current'
    ? { engine_type: 'unified', model_name: entry.id }
    : { model_name: entry.id };
}

function single(type: string, name: string, help: string, labels: Labels, value: number): string[] {
  return [...head(type, name, help), `${name}${labelText(labels)} ${value}`];
}

function histogram(name: string, help: string, labels: Labels, source: Histogram): string[] {
  const { sum, count, buckets } = source.read();
  return [
    ...head('histogram', name, help),
    ...buckets.map(
      ([bound, value]) => `${name}_bucket${labelText({ ...labels, le: String(bound) })} ${value}`,
    ),
    `${name}_bucket${labelText({ ...labels, le: '+Inf' })} ${count}`,
    `${name}_sum${labelText(labels)} ${sum}`,
    `${name}_count${labelText(labels)} ${count}`,
  ];
}

function head(type: string, name: string, help: string): string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`];
}

function labelText(labels: Labels): string {
  const entries = Object.entries(labels);
  if (entries.length === 0) return '';
  return `{${entries.map(([name, value]) => `${name}="${value.replace(/["\\\n]/g, (c) => (c === '\n' ? '\\n' : `\\${c}`))}"`).join(',')}}`;
}
