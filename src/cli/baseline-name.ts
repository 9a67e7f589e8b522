import { existsSync } from 'node:fs';
import { listBaselines } from '../store/baseline-file.ts';

/** The name of a baseline, when a reference is one and no path. */
export function baselineName(reference: string, resultsDirectory: string): { readonly baseline?: string } {
  if (existsSync(reference) || !listBaselines(resultsDirectory).includes(reference)) return {};
  return { baseline: reference };
}
