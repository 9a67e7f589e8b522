// A server to be launched: `node server.mjs <port> [--slow <ms>] [--stubborn] [--family <file>] [--print <text>]`.
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';

const [port, ...flags] = process.argv.slice(2);
const settingOf = (flag) => (flags.includes(flag) ? flags[flags.indexOf(flag) + 1] : undefined);
const ignore =
  "process.on('SIGTERM', () => undefined); setInterval(() => undefined, 1000); process.send?.('up');";

console.log(`listening on ${port} with ${JSON.stringify(process.env.LAUNCH_TEST ?? null)}`);
for (const text of flags.flatMap((flag, i) => (flag === '--print' ? [flags[i + 1]] : [])))
  console.error(text);
if (flags.includes('--stubborn')) process.on('SIGTERM', () => console.log('not yet'));

// A child in the server's own group, and one that has left it; neither stops on SIGTERM.
const family = settingOf('--family');
if (family !== undefined) {
  const children = [false, true].map((detached) =>
    spawn(process.execPath, ['-e', ignore], { detached, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] }),
  );
  await Promise.all(children.map((child) => new Promise((resolve) => child.once('message', resolve))));
  for (const child of children) child.disconnect();
  writeFileSync(family, JSON.stringify(children.map((child) => child.pid)));
}

let ready = false;
setTimeout(
  () => {
    ready = true;
  },
  Number(settingOf('--slow') ?? 0),
);
createServer((request, response) => {
  response.writeHead(request.url === '/health' && ready ? 200 : 503).end();
}).listen(Number(port), '127.0.0.1');
