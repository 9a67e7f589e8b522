import type { EmbeddingService } from '../service/embedding-service.ts';
import type { Answer } from './exchange.ts';
import { jsonReply } from './reply.ts';

/** `/v1/loads`: texts that run and wait, by rank; there is one. */
export function answerLoads(service: EmbeddingService): Answer {
  const rank = rankLoad(service);
  return jsonReply(200, {
    timestamp: new Date().toISOString(),
    version: service.contract.version,
    dp_rank_count: 1,
    loads: [rank],
    aggregate: {
      total_running_reqs: rank.num_running_reqs,
      total_waiting_reqs: rank.num_waiting_reqs,
      total_reqs: rank.num_running_reqs + rank.num_waiting_reqs,
    },
  });
}

/** `/get_load`, its old form: a bare list whose `num_reqs` counts those that wait as well. */
export function answerOldLoad(service: EmbeddingService): Answer {
  const { num_running_reqs, num_waiting_reqs } = rankLoad(service);
  return jsonReply(200, [
    { dp_rank: 0, num_reqs: num_running_reqs + num_waiting_reqs, num_waiting_reqs, num_tokens: 0 },
  ]);
}

function rankLoad(service: EmbeddingService) {
  const { running, waiting } = service.engine.load();
  return {
    dp_rank: 0,
    timestamp: Date.now() / 1000,
    num_running_reqs: running,
    num_waiting_reqs: waiting,
    num_used_tokens: service.cachedPositions(),
    max_total_num_tokens: service.entry.maxTokens,
    token_usage: 0,
    gen_throughput: 0,
    cache_hit_rate: 0,
    utilization: 0,
    max_running_requests: null,
  };
}
