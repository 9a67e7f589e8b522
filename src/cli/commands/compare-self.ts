import { type CalibrationRound, noiseFloorOf } from '../../compare/noise-floor.ts';
import type { LoadedConfig } from '../../config/read-config.ts';
import { UsageError } from '../../core/errors.ts';
import { writeNoiseFloor } from '../../store/noise-floor-file.ts';
import type { CommandContext } from '../command-context.ts';
import { readConfigArgument } from '../config-file.ts';
import { noiseFloorText } from '../noise-floor-text.ts';
import { readOutputs, writeOutputs } from '../outputs.ts';
import { shownPath } from '../shown-path.ts';
import { type LiveArguments, measure } from './compare-live.ts';

interface SelfArguments extends LiveArguments {
  readonly rounds: number;
}

const FORMATS = ['text', 'json'] as const;

/**
 * Measures a config against itself, with servers of its own in every round, and keeps how far figures differ when
 * nothing has changed.
 */
export async function calibrate(args: SelfArguments, context: CommandContext): Promise<void> {
  const { terminal, environment } = context;
  const outputs = readOutputs(args.output, FORMATS);
  const base = loadOnly(readConfigArgument(args.base, environment, args.set));
  requireSelf(args);
  const rounds: CalibrationRound[] = [];
  for (let round = 1; round <= args.rounds; round++) {
    terminal.err(`Round ${round} of ${args.rounds}\n`);
    const { base: first, candidate: second } = await measure({ base }, args, context);
    rounds.push({ base: first.record, candidate: second.record });
  }
  const floor = noiseFloorOf(rounds);
  const file = writeNoiseFloor(args.results, floor);
  writeOutputs(
    outputs,
    (format) => (format === 'json' ? `${JSON.stringify(floor, undefined, 2)}\n` : noiseFloorText(floor)),
    terminal,
  );
  terminal.err(`Kept in ${shownPath(file)}; compare and gate read it from there.\n`);
}

/** The noise of scores is in their own items: only load is calibrated. */
function loadOnly(loaded: LoadedConfig): LoadedConfig {
  if (loaded.config.load === false) {
    throw new UsageError('there is nothing to calibrate without a load pass', {
      where: loaded.file,
      hint: 'Take load: false out of the config; scores carry their own intervals and need no calibration.',
    });
  }
  return { ...loaded, config: { ...loaded.config, quality: false, claims: [] } };
}

function requireSelf({ candidate, setCandidate, rounds, out }: SelfArguments): void {
  if (candidate !== undefined || setCandidate.length > 0) {
    throw new UsageError('--self compares a config with itself, and there is a candidate', {
      hint: 'Leave out the candidate and --set-candidate, or leave out --self.',
    });
  }
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > 100) {
    throw new UsageError(`${rounds} rounds cannot be measured`, {
      where: '--rounds',
      hint: 'Give a whole number from 1 to 100.',
    });
  }
  if (out !== undefined) {
    throw new UsageError('--out takes one comparison, and a calibration makes several', {
      hint: 'Leave out --out; --results names the folder that takes all of them.',
    });
  }
}
