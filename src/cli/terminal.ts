/** Where the program prints: results go to `out`, everything else to `err`. */
export interface Terminal {
  out(text: string): void;
  err(text: string): void;
  /** `err` is a terminal that can rewrite its line. */
  readonly isLive: boolean;
  /** Columns of the terminal, 100 where unknown. */
  readonly columns: number;
  /** ANSI colours are wanted on `out` (a terminal, and NO_COLOR is not set). */
  readonly colour: boolean;
}

/** The process's own streams. */
export function processTerminal(): Terminal {
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    isLive:
      process.stderr.isTTY === true && process.env['CI'] === undefined && process.env['TERM'] !== 'dumb',
    // A terminal that does not know its width says 0.
    columns: process.stdout.columns || process.stderr.columns || 100,
    colour: process.stdout.isTTY === true && (process.env['NO_COLOR'] ?? '') === '',
  };
}
