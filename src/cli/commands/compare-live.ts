import type { LoadedConfig } from '../../config/read-config.ts';
import { UsageError } from '../../core/errors.ts';
import { compareLive, type LiveComparison } from '../../run/live/live-comparison.ts';
import { readEnvironment } from '../../store/environment.ts';
import { readNoiseFloor } from '../../store/noise-floor-file.ts';
import type { CommandContext } from '../command-context.ts';
import { readComparisonOutputs, writeComparison } from '../comparison-output.ts';
import { readConfigArgument } from '../config-file.ts';
import { createProgress } from '../progress.ts';
import { shownPath } from '../shown-path.ts';

/** What `compare --live` is given. */
export interface LiveArguments {
  /** Configs, where `compare` itself takes runs. */
  readonly base: string | undefined;
  readonly candidate: string | undefined;
  readonly set: readonly string[];
  readonly setCandidate: readonly string[];
  readonly pairs: number | undefined;
  readonly out: string | undefined;
  readonly results: string;
  readonly force: boolean;
  readonly output: readonly string[];
}

/** Measures two configs in turns and prints how they differ. */
export async function compareServers(args: LiveArguments, context: CommandContext): Promise<void> {
  const { terminal, environment } = context;
  const outputs = readComparisonOutputs(args.output, 1);
  const base = readConfigArgument(args.base, environment, args.set);
  const candidate = candidateConfig(args, environment);
  const { hardwareHash } = await readEnvironment(candidate.baseDirectory, environment);
  const noiseFloor = readNoiseFloor(args.results, hardwareHash);
  const compared = await measure({ base, candidate }, args, context, {
    force: args.force,
    ...(noiseFloor === undefined ? {} : { noiseFloor }),
  });
  writeComparison(
    outputs,
    { comparisons: [compared.comparison], records: [compared.base.record, compared.candidate.record] },
    terminal,
  );
  tellFolders(compared, context);
}

/** The second config, or the first one with settings of the candidate's own. */
function candidateConfig(
  { base, candidate, set, setCandidate }: LiveArguments,
  environment: CommandContext['environment'],
): LoadedConfig {
  if (candidate === undefined && setCandidate.length === 0) {
    throw new UsageError('a live comparison needs a candidate', {
      hint: 'Name a second config, or say with --set-candidate path=value how the candidate differs; --self compares a config with itself.',
    });
  }
  return readConfigArgument(candidate ?? base, environment, [...set, ...setCandidate]);
}

/** One live comparison with its progress on the terminal. */
export async function measure(
  configs: { readonly base: LoadedConfig; readonly candidate?: LoadedConfig },
  args: Pick<LiveArguments, 'pairs' | 'out' | 'results'>,
  { terminal, clock, environment, signal }: CommandContext,
  compare: NonNullable<Parameters<typeof compareLive>[0]['compare']> = {},
): Promise<LiveComparison> {
  const progress = createProgress(terminal, clock);
  try {
    return await compareLive({
      ...configs,
      ...{ clock, environment, signal, compare },
      resultsDirectory: args.results,
      ...(args.out === undefined ? {} : { out: args.out }),
      ...(args.pairs === undefined ? {} : { pairs: args.pairs }),
      emit: progress.emit,
    });
  } finally {
    progress.close();
  }
}

function tellFolders({ base, candidate }: LiveComparison, { terminal }: CommandContext): void {
  const [before, after] = [shownPath(base.folder.path), shownPath(candidate.folder.path)];
  terminal.err(`\nbase:      ${before}\ncandidate: ${after}\n`);
  terminal.err(`Hold them against gate rules: dimsweep gate ${after} --baseline ${before}\n`);
}
