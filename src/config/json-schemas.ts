import * as z from 'zod';
import { runRecordSchema } from '../core/record/run-record.ts';
import { configSchema } from './config.ts';

/** The published JSON Schemas, by file name under `configs/`; `npm run schemas` writes them. */
export function jsonSchemas(): Record<string, unknown> {
  return {
    'schema.json': {
      title: 'dimsweep config',
      ...z.toJSONSchema(configSchema, { io: 'input' }),
    },
    'record.schema.json': {
      title: 'dimsweep run record',
      ...z.toJSONSchema(runRecordSchema, { io: 'output' }),
    },
  };
}

/** A schema file's exact text. */
export function schemaText(schema: unknown): string {
  return `${JSON.stringify(schema, null, 2)}\n`;
}
