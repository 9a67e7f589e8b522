import { writeFileSync } from 'node:fs';
import { jsonSchemas, schemaText } from './json-schemas.ts';

for (const [file, schema] of Object.entries(jsonSchemas())) {
  writeFileSync(new URL(`../../configs/${file}`, import.meta.url), schemaText(schema));
}
