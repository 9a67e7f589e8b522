import type { QualityConfig } from '../../config/quality-config.ts';
import type { ServerBlock } from '../../core/record/server-block.ts';
import type { EmbedSettings } from './embed-prompts.ts';

/**
 * How the quality pass asks a server for vectors: all at native width. base64 carries the same bits in a quarter
 * of the bytes, so it is used wherever the server honours it.
 */
export function embedSettings(
  { batchSize, concurrency }: Pick<QualityConfig, 'batchSize' | 'concurrency'>,
  { capabilities }: Pick<ServerBlock, 'capabilities'>,
): EmbedSettings {
  return {
    dimensions: capabilities.nativeDimensions,
    encoding: capabilities.encodings.base64 === 'honoured' ? 'base64' : 'float',
    ...{ batchSize, concurrency },
  };
}
