import type { EmbeddingService } from '../service/embedding-service.ts';
import { badRequest } from './refused.ts';

/**
 * The width of the answer's vectors, after SGLang's checks in SGLang's order.
 *
 * @throws Refused for a server without Matryoshka support, and for a width that it does not offer
 */
export function replyDimensions(service: EmbeddingService, asked: number | undefined): number {
  const { contract, entry } = service;
  if (contract.isGeneration) {
    throw badRequest(
      'This model does not appear to be an embedding model by default. ' +
        'Please add `--is-embedding` when launching the server or try another model.',
    );
  }
  if (asked === undefined || contract.dimensions === 'ignored') return entry.nativeDimensions;
  if (contract.dimensions === 'refused') {
    throw badRequest(
      `Model '${entry.id}' does not support matryoshka representation, changing output dimensions will lead to poor results.`,
    );
  }
  if (asked < 1) throw badRequest('Requested dimensions must be greater than 0');
  const offered = contract.matryoshkaDimensions;
  if (offered !== undefined && !offered.includes(asked)) {
    throw badRequest(
      `Model '${entry.id}' only supports [${offered.join(', ')}] matryoshka dimensions, using other output dimensions will lead to poor results.`,
    );
  }
  if (asked > entry.nativeDimensions) {
    throw badRequest(
      `Provided dimensions are greater than max embedding dimension: ${entry.nativeDimensions}`,
    );
  }
  return asked;
}
