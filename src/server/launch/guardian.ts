import { spawn } from 'node:child_process';

/** Watches over a process group on behalf of a dimsweep that may die without a chance to clean up. */
export interface Guardian {
  /** Tells the guardian that the group was stopped in good order. */
  dismiss(): void;
}

/**
 * Reads one line from its input. A line means that all is well. The end of the input without a line means that
 * dimsweep is gone (killed, crashed, out of memory): then the group is asked to stop, and killed after a while.
 * (Debian's `kill` takes no `--` before a group.)
 */
const SCRIPT = `
trap '' INT TERM HUP
read -r line && exit 0
kill -TERM "-$1" 2>/dev/null
left=$2
while [ "$left" -gt 0 ] && kill -0 "-$1" 2>/dev/null; do sleep 1; left=$((left - 1)); done
kill -KILL "-$1" 2>/dev/null
`;

/**
 * Starts a guardian: a shell in a session of its own, so that neither Ctrl-C nor the end of the terminal
 * reaches it. Where there is no shell, there is no guardian, and only the normal ways out stop the server.
 */
export function postGuardian(processGroup: number, timeoutSeconds: number): Guardian {
  const seconds = String(Math.max(1, Math.ceil(timeoutSeconds)));
  const guardian = spawn('/bin/sh', ['-c', SCRIPT, 'dimsweep-guardian', String(processGroup), seconds], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  // A failed spawn, or a guardian that went first: the server is still stopped by its own handle.
  guardian.on('error', () => undefined);
  guardian.stdin.on('error', () => undefined);
  guardian.unref();
  if ('unref' in guardian.stdin && typeof guardian.stdin.unref === 'function') guardian.stdin.unref();
  return {
    dismiss: () => void guardian.stdin.end('stopped\n'),
  };
}
