import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { jsonSchemas, schemaText } from '../../src/config/json-schemas.ts';

test.each(Object.entries(jsonSchemas()))(
  'configs/%s is what the schema generates (npm run schemas)',
  (file, schema) => {
    expect(readFileSync(new URL(`../../configs/${file}`, import.meta.url), 'utf8')).toBe(schemaText(schema));
  },
);
