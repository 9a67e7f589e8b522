// Starts an embedded server and then waits to be killed; prints the server's pid and URL.
import { startEmbeddedServer } from '../../../src/embedded/start.ts';

const server = await startEmbeddedServer({ model: 'null-2560', faults: [] });
process.stdout.write(`${JSON.stringify({ pid: server.pid, baseUrl: server.baseUrl })}\n`);
