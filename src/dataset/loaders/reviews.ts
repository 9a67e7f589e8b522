import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import * as z from 'zod';
import { UsageError } from '../../core/errors.ts';
import { missingColumn } from './missing-column.ts';
import type { DatasetLoader, SourceRequest, SourceRow } from './source.ts';

/**
 * The 3,000 review sentences of the UCI set "Sentiment Labelled Sentences" (Kotzias et al., KDD 2015) that the
 * package `sentiment` carries for its own tests: 500 negative and 500 positive ones from each of Amazon, IMDb
 * and Yelp. A row's line is its 1-based position in its file.
 */
export const reviewsLoader: DatasetLoader = { endings: [], read: readReviews };

const DOMAINS = ['amazon', 'imdb', 'yelp'] as const;
const COLUMNS = ['id', 'text', 'sentiment', 'domain'];
const PACKAGE = 'sentiment/package.json';

/** Each file ends with one empty row whose class is null. */
const fileSchema = z.array(z.object({ text: z.string(), class: z.union([z.literal([0, 1]), z.null()]) }));

async function* readReviews(request: SourceRequest, signal?: AbortSignal): AsyncGenerator<SourceRow[]> {
  for (const column of request.columns) {
    if (!COLUMNS.includes(column)) throw missingColumn(request.source, column, COLUMNS);
  }
  const packageUrl = pathToFileURL(createRequire(import.meta.url).resolve(PACKAGE));
  for (const domain of DOMAINS) {
    signal?.throwIfAborted();
    const path = new URL(`test/fixtures/${domain}.json`, packageUrl);
    yield (await readFixture(path)).flatMap((entry, i): SourceRow[] => {
      if (entry.class === null) return [];
      const row: Record<string, string> = {
        id: `${domain}-${String(i + 1).padStart(4, '0')}`,
        text: entry.text.trim(),
        sentiment: entry.class === 1 ? 'positive' : 'negative',
        domain,
      };
      return [{ line: i + 1, values: request.columns.map((column) => row[column]) }];
    });
  }
}

async function readFixture(path: URL): Promise<z.infer<typeof fileSchema>> {
  try {
    return fileSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (cause) {
    throw new UsageError('the built-in reviews cannot be read', {
      where: path.pathname.split('/node_modules/').at(-1) ?? PACKAGE,
      hint: 'Install dimsweep again: its dependency sentiment@5.0.2 is missing or has changed.',
      cause,
    });
  }
}
