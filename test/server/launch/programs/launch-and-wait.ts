// Launches a server and then waits to be killed: `launch-and-wait.ts <port> <folder>`.
import { join } from 'node:path';
import { launchServer } from '../../../../src/server/launch/launch-server.ts';
import { systemClock } from '../../../../src/threads/system-clock.ts';

const [port, folder] = process.argv.slice(2) as [string, string];
const program = new URL('server.mjs', import.meta.url).pathname;
const server = await launchServer({
  config: {
    command: [process.execPath, program, port, '--family', join(folder, 'family.json')],
    environment: {},
    readyRoute: '/health',
    readyTimeoutSeconds: 20,
    stopTimeoutSeconds: 1,
  },
  baseUrl: `http://127.0.0.1:${port}/v1`,
  logFile: join(folder, 'server.log'),
  clock: systemClock,
  environment: process.env,
});
process.stdout.write(`${server.pid}\n`);
