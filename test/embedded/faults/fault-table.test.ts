import { afterAll, describe, expect, test } from 'vitest';
import { UsageError } from '../../../src/core/errors.ts';
import { activateFaults, FAULTS, faultSummaries } from '../../../src/embedded/faults.ts';
import { ask, createServers, embeddings } from '../served.ts';
import { faultRequest } from './fault-requests.ts';

const servers = createServers();
afterAll(() => servers.stop());

const NAMES = Object.keys(FAULTS) as (keyof typeof FAULTS)[];
const REQUEST_FAULTS = NAMES.filter((name) => FAULTS[name].actsOnRequests);
const SERVER_FAULTS = NAMES.filter((name) => !FAULTS[name].actsOnRequests);

const thrownBy = (written: string): unknown => {
  try {
    activateFaults([written]);
  } catch (error) {
    return error;
  }
  return undefined;
};

describe.each(NAMES)('%s', (name) => {
  test('starts with its defaults, and the server around it answers', async () => {
    const server = await servers.here([name]);
    expect((await ask(server, '/health')).status).toBe(200);
    expect((await ask(server, '/get_server_info')).status).toBe(200);
  });

  test('has a line for the help', () => {
    const line = faultSummaries().find((summary) => summary.name === name)?.summary;
    expect(line).toMatch(/^.{10,110}$/);
  });

  test('refuses a setting that it does not have, and says what it does', () => {
    const error = thrownBy(`${name}:nonsense=1`);
    expect(error).toBeInstanceOf(UsageError);
    expect(error).toMatchObject({
      message: 'the fault is not written right: it has no setting nonsense',
      where: `fault ${name}:nonsense=1`,
      hint: expect.stringContaining(FAULTS[name].summary),
    });
  });
});

describe.each(REQUEST_FAULTS)('the conditions of %s', (name) => {
  const chosen = (conditions: string, requests: Parameters<typeof faultRequest>[0][]): boolean[] => {
    const faults = activateFaults([`${name}:${conditions}`]);
    return requests.map((fields) => faults.hooksFor(faultRequest(fields)).length === 1);
  };
  const same = (count: number) => Array.from({ length: count }, () => ({}));

  test('nth chooses every n-th, after spares the first', () => {
    expect(chosen('nth=3', same(7))).toEqual([false, false, true, false, false, true, false]);
    expect(chosen('after=2', same(4))).toEqual([false, false, true, true]);
    expect(chosen('after=1,nth=2', same(6))).toEqual([false, false, true, false, true, false]);
  });

  test('batchSize, dimensions, encoding and contains choose by the request', () => {
    expect(chosen('batchSize=2', [{ texts: ['a'] }, { texts: ['a', 'b'] }])).toEqual([false, true]);
    expect(chosen('dimensions=32', [{ dimensions: 32 }, { dimensions: 64 }])).toEqual([true, false]);
    expect(chosen('encoding=base64', [{ encoding: 'base64' }, {}])).toEqual([true, false]);
    expect(chosen('contains=soup', [{ texts: ['a soup'] }, { texts: ['tea', 'soup'] }])).toEqual([
      true,
      false,
    ]);
  });

  test('only requests that fulfil the others are counted', () => {
    const requests = [{ dimensions: 32 }, {}, { dimensions: 32 }, {}, { dimensions: 32 }];
    expect(chosen('dimensions=32,nth=2', requests)).toEqual([false, false, true, false, false]);
  });

  test.each(['nth=0', 'after=-1', 'batchSize=1.5', 'encoding=int8', 'contains=', 'dimensions=many'])(
    '%s is refused',
    (condition) => {
      expect(thrownBy(`${name}:${condition}`)).toMatchObject({
        message: expect.stringMatching(/^the fault is not written right: /),
        hint: expect.stringContaining('Conditions: batchSize, dimensions, encoding, contains, nth, after.'),
      });
    },
  );
});

test.each(SERVER_FAULTS)('%s holds for the whole server and takes no conditions', (name) => {
  expect(thrownBy(`${name}:nth=2`)).toBeInstanceOf(UsageError);
  expect(activateFaults([name]).isQuiet).toBe(true);
});

describe('how faults are written', () => {
  test('a later change of the contract wins', () => {
    const { contract } = activateFaults(['sglang-old', 'sglang-2026-09', 'refuse-dimensions']);
    expect(contract).toMatchObject({ version: '0.5.19', dimensions: 'refused', base64: 'ignored' });
  });

  test('values may hold colons and equals signs, and blanks around them do not matter', () => {
    const faults = activateFaults(['nan: contains=https://a=b , nth = 1']);
    expect(faults.hooksFor(faultRequest({ texts: ['see https://a=b'] }))).toHaveLength(1);
    expect(faults.hooksFor(faultRequest({ texts: ['see nothing'] }))).toHaveLength(0);
  });

  test.each([
    ['nan:nth', '"nth" is not a setting'],
    ['nan:=3', '"=3" is not a setting'],
    ['', 'there is no fault ""'],
    ['toString', 'there is no fault "toString"'],
  ])('%s is refused', (written, message) => {
    expect(thrownBy(written)).toMatchObject({ message, hint: expect.any(String) });
  });

  test('several act on one request, in the order given', async () => {
    const server = await servers.here(['wrong-usage:factor=3', 'wrong-usage:factor=5', 'all-zero']);
    const { json } = await embeddings(server, { input: 'one two', dimensions: 4 });
    expect(json.usage.prompt_tokens).toBe(30);
    expect(json.data[0].embedding).toEqual([0, 0, 0, 0]);
  });

  test('a condition holds over the wire', async () => {
    const server = await servers.here(['burst-503:requests=1,every=1,nth=3']);
    const statuses: number[] = [];
    for (let i = 0; i < 6; i++) statuses.push((await embeddings(server, { input: 'a' })).status);
    expect(statuses).toEqual([200, 200, 503, 200, 200, 503]);
  });
});
