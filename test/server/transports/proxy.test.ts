import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import type { Exchange, Transport } from '../../../src/server/transport.ts';
import { proxyFor } from '../../../src/server/transports/proxy.ts';
import { createWireTransport } from '../../../src/server/transports/wire-transport.ts';
import { systemClock } from '../../../src/threads/system-clock.ts';
import { openZoo } from './zoo.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

test('the usual variables name the proxy, and no_proxy and this machine are exempt', () => {
  const environment = {
    http_proxy: 'http://p:1',
    HTTPS_PROXY: 'http://p:2',
    no_proxy: '.internal, gpu:30000 ,10.0.0.7',
  };
  expect(proxyFor('http://example.com/v1', environment)).toBe('http://p:1');
  expect(proxyFor('https://example.com/v1', environment)).toBe('http://p:2');
  expect(proxyFor('http://a.internal/v1', environment)).toBeUndefined();
  expect(proxyFor('http://gpu:30000/v1', environment)).toBeUndefined();
  expect(proxyFor('http://gpu:30001/v1', environment)).toBe('http://p:1');
  expect(proxyFor('http://10.0.0.7/v1', environment)).toBeUndefined();
  expect(proxyFor('http://127.0.0.1:30000/v1', environment)).toBeUndefined();
  expect(proxyFor('http://[::1]:30000/v1', environment)).toBeUndefined();
  expect(proxyFor('http://example.com/v1', { all_proxy: 'http://q:3' })).toBe('http://q:3');
  expect(proxyFor('http://example.com/v1', {})).toBeUndefined();
});

test('wire goes through a proxy by way of undici', async () => {
  const zoo = await openZoo();
  closing.push(() => zoo.close());
  const tunnels: string[] = [];
  const proxy = createHttpServer();
  proxy.on('connect', (request, socket) => {
    tunnels.push(request.url!);
    const [host, port] = request.url!.split(':');
    const target = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      socket.pipe(target).pipe(socket);
    });
    socket.on('error', () => target.destroy());
    target.on('error', () => socket.destroy());
  });
  const port = await listen(proxy);
  const exchange = await visit(wire({ baseUrl: zoo.baseUrl, proxyUrl: `http://127.0.0.1:${port}` }));
  expect(exchange.outcome).toBe('ok');
  expect(tunnels).toEqual([new URL(zoo.baseUrl).host]);
});

test('wire speaks TLS to an https server by way of undici', async () => {
  const firstBytes: number[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.once('data', (bytes) => {
      firstBytes.push(bytes[0]!);
      socket.destroy();
    });
  });
  const port = await listen(server);
  const exchange = await visit(wire({ baseUrl: `https://127.0.0.1:${port}/v1` }));
  expect(exchange.outcome).toBe('refused');
  const TLS_HANDSHAKE = 0x16;
  expect(firstBytes[0]).toBe(TLS_HANDSHAKE);
});

function wire(options: { baseUrl: string; proxyUrl?: string }): Transport {
  const transport = createWireTransport({ timeoutMs: 5000, connections: 1, clock: systemClock, ...options });
  closing.push(() => transport.close());
  return transport;
}

function visit(transport: Transport): Promise<Exchange> {
  const request = transport.prepare({ model: 'good', input: ['a'], encoding_format: 'float' });
  const sink = { begin: () => undefined, push: () => undefined };
  return new Promise((resolve) => transport.send(request, sink, resolve));
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => new Promise((resolve) => server.close(resolve)));
  return (server.address() as AddressInfo).port;
}
