import { describe, expect, test } from 'vitest';
import { ServerError } from '../../../src/core/errors.ts';
import { type ScriptedReply, type SeenRequest, startScriptedServer } from '../sglang/scripted-server.ts';
import { type Behaviour, lyingServer } from './lying-server.ts';
import { finding, type ProbedBlock, probe } from './probing.ts';

async function probed(behaviour: Behaviour, options: Omit<Parameters<typeof probe>[0], 'baseUrl'> = {}) {
  await using server = await startScriptedServer(lyingServer(behaviour));
  return await probe({ baseUrl: server.baseUrl, ...options });
}

const off = (block: ProbedBlock) =>
  block.findings.filter(({ verdict }) => verdict === 'warning' || verdict === 'problem').map(({ id }) => id);

describe('a current SGLang as it should be', () => {
  test('has nothing to complain about', async () => {
    const block = await probed({}, { needs: { dimensions: [16, 32, 64], encodings: ['float', 'base64'] } });
    expect(off(block)).toEqual([]);
    expect(block).toMatchObject({
      software: 'sglang',
      version: '0.5.19',
      servedModel: 'Qwen/Qwen3-Embedding-4B',
      capabilities: {
        nativeDimensions: 64,
        dimensions: 'honoured',
        renormalised: true,
        encodings: { float: true, base64: 'honoured' },
        instructionField: 'dropped',
        indexOrder: 'input',
        batchInvariance: { maxAbsDifference: 0 },
        determinism: { maxAbsDifference: 0 },
        maxInputTokens: 4096,
        overlongInput: 'refused',
        prefixCache: 'off',
        auth: 'none',
        usageTokens: 'present',
        routes: {
          health: '/health',
          models: '/v1/models',
          modelInfo: '/model_info',
          serverInfo: '/server_info',
          metrics: '/metrics',
          flushCache: '/flush_cache',
          tokenize: '/v1/tokenize',
          rerank: '/v1/rerank',
        },
      },
    });
    expect(block.capabilities.sliceCosineMin).toBeCloseTo(1, 6);
  });

  test('is asked few questions', async () => {
    await using server = await startScriptedServer(lyingServer());
    await probe({ baseUrl: server.baseUrl });
    expect(server.seen.filter(({ path }) => path === '/v1/embeddings').length).toBeLessThan(32);
    expect(server.seen.length).toBeLessThan(60);
  });

  test('has the same fingerprint on another address, and another one with another model or flag', async () => {
    const prints = await Promise.all([
      probed({}),
      probed({}),
      probed({ native: 32 }),
      probed({ flags: { dtype: 'float16' } }),
      probed({ old: true }),
    ]);
    const [first, second, ...others] = prints.map((block) => block.fingerprint);
    expect(second).toBe(first);
    expect(new Set([first, ...others]).size).toBe(4);
  });
});

describe('what a server does otherwise', () => {
  const cases: [string, Behaviour, string, string, RegExp, RegExp | undefined][] = [
    [
      'ignores dimensions',
      { dimensions: 'ignored' },
      'dimensions',
      'warning',
      /asked for 32, got 64/,
      /is_matryoshka/,
    ],
    [
      'refuses dimensions',
      { dimensions: 'refused' },
      'dimensions',
      'problem',
      /matryoshka/,
      /--json-model-override-args/,
    ],
    [
      'does not renormalise',
      { dimensions: 'raw-slice' },
      'dimensions.norm',
      'warning',
      /0\.\d+ to 0\.\d+ at 32/,
      /cosine/,
    ],
    [
      'projects otherwise',
      { dimensions: 'other-projection' },
      'dimensions.slice',
      'warning',
      /least cosine/,
      /another projection/,
    ],
    [
      'pads with zeros',
      { dimensions: 'padded' },
      'overwide',
      'warning',
      /zeros behind the 64th/,
      /at most 64/,
    ],
    [
      'refuses its own width',
      { dimensions: [16, 32] },
      'dimensions.list',
      'warning',
      /full width 64/,
      /leave the field out/,
    ],
    ['ignores base64', { base64: 'ignored' }, 'encoding', 'warning', /got JSON numbers/, /32481/],
    [
      'traps the SDK',
      { base64: 'ignored' },
      'encoding.sdk',
      'warning',
      /64 numbers become 16, all zero/,
      /float/,
    ],
    ['refuses base64', { base64: 'refused' }, 'encoding', 'note', /must be float/, /\[float\]/],
    [
      'shuffles',
      { order: 'shuffled' },
      'batch.order',
      'warning',
      /3, 2, 1, 0; their index is right/,
      /sort by index/,
    ],
    [
      'mixes up its rows',
      { order: 'wrong-index' },
      'batch.order',
      'problem',
      /other texts than their index/,
      /one text per request/,
    ],
    ['answers NaN', { values: 'nan' }, 'width.values', 'problem', /NaN/, /--dtype/],
    ['answers zeros', { values: 'zero' }, 'width.values', 'problem', /all zero/, /log/],
    ['is noisy', { noise: 0.2 }, 'determinism', 'warning', /least cosine/, /differ/],
    ['counts wrong', { usage: 'wrong' }, 'usage', 'problem', /tokenizer counts/, /token rates/],
    ['does not add up', { usage: 'not-additive' }, 'usage', 'problem', /one by one/, /token rates/],
    ['counts nothing', { usage: 'absent' }, 'usage', 'note', /sends none/, /token rates/],
    ['truncates', { overlong: 'truncated' }, 'length', 'warning', /cut without a word/, /shorten/],
    [
      'truncates by flag',
      { overlong: 'truncated', flags: { allow_auto_truncate: true } },
      'length',
      'warning',
      /cut/,
      /--allow-auto-truncate/,
    ],
    [
      'has the flag set',
      { flags: { allow_auto_truncate: true } },
      'flags.autoTruncate',
      'warning',
      /end of long texts/,
      /--allow-auto-truncate/,
    ],
    ['caches', { cache: 'on' }, 'prefixCache', 'warning', /by counters: \d+ %/, /--disable-radix-cache/],
    [
      'caches, without counters',
      { cache: 'on', metrics: false },
      'prefixCache',
      'warning',
      /by \/server_info/,
      /--enable-metrics/,
    ],
    [
      'lies about its cache',
      { cache: 'on', flags: { disable_radix_cache: true } },
      'prefixCache',
      'problem',
      /although/,
      /--disable-radix-cache/,
    ],
    ['has no metrics', { metrics: false }, 'metrics', 'note', /does not answer/, /--enable-metrics/],
  ];

  test.each(cases)('%s', async (_, behaviour, id, verdict, evidence, mend) => {
    const seen = finding(await probed(behaviour), id);
    expect(seen.verdict).toBe(verdict);
    expect(seen.evidence).toMatch(evidence);
    if (mend !== undefined) expect(seen.mend).toMatch(mend);
  });

  test('honours an instruction field', async () => {
    expect((await probed({ instruction: 'honoured' })).capabilities.instructionField).toBe('honoured');
    expect((await probed({ instruction: 'refused' })).capabilities.instructionField).toBe('refused');
  });

  test('is an SGLang from before dimensions and base64, with old route names', async () => {
    const block = await probed({ old: true, dimensions: 'ignored', base64: 'ignored', metrics: false });
    expect(block).toMatchObject({
      version: '0.4.6',
      capabilities: {
        dimensions: 'ignored',
        encodings: { base64: 'ignored' },
        routes: { modelInfo: '/get_model_info', serverInfo: '/get_server_info' },
      },
    });
    expect(block.capabilities.routes.tokenize).toBeUndefined();
  });

  test('serves another model than the config names', async () => {
    const block = await probed({}, { server: { model: 'some/other-model' } });
    expect(finding(block, 'software.model')).toMatchObject({
      verdict: 'warning',
      evidence:
        'the config names some/other-model, the server serves Qwen/Qwen3-Embedding-4B and does not mind',
    });
  });

  test('wants one key for embeddings and another for administration', async () => {
    const keys = { apiKey: 'normal-key', adminApiKey: 'admin-key' };
    const block = await probed(keys, { server: keys });
    expect(block.capabilities).toMatchObject({ auth: 'required', routes: { flushCache: '/flush_cache' } });
    expect(JSON.stringify(block)).not.toMatch(/normal-key|admin-key/);
    expect(block.info).toMatchObject({ '/server_info': { api_key: '***', admin_api_key: '***' } });
    const without = await probed(keys, { server: { apiKey: 'normal-key' } });
    expect(finding(without, 'routes.flushCache')).toMatchObject({
      verdict: 'warning',
      mend: 'server.adminApiKey',
    });
  });

  test('is busy now and then: the probe goes on and says so', async () => {
    const honest = lyingServer()['POST /v1/embeddings'] as (request: SeenRequest) => ScriptedReply;
    let requests = 0;
    await using server = await startScriptedServer({
      ...lyingServer(),
      'POST /v1/embeddings': (request) =>
        ++requests % 5 === 0 ? { status: 503, json: { message: 'queue full' } } : honest(request),
    });
    const block = await probe({ baseUrl: server.baseUrl });
    expect(block.capabilities).toMatchObject({ dimensions: 'honoured', encodings: { base64: 'honoured' } });
    expect(finding(block, 'steadiness').evidence).toMatch(/met http503 \d× and were sent again/);
  });

  test('accepts a key that it does not need', async () => {
    expect((await probed({}, { server: { apiKey: 'superfluous' } })).capabilities.auth).toBe('accepted');
  });
});

describe('what ends a run before it starts', () => {
  const failure = async (behaviour: Behaviour, dimensions: number[]) => {
    const thrown = await probed(behaviour, { needs: { dimensions } }).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(ServerError);
    return thrown as ServerError;
  };

  test('dimensions refused that the load pass needs', async () => {
    const error = await failure({ dimensions: 'refused' }, [16, 64]);
    expect(error.message).toMatch(
      /refuses the field dimensions, which the load pass needs for 16 \(HTTP 400: .*matryoshka/,
    );
    expect(error.hint).toContain(`--json-model-override-args '{"is_matryoshka": true}'`);
  });

  test('dimensions refused, but only the native width is needed', async () => {
    const block = await probed({ dimensions: 'refused' }, { needs: { dimensions: [64] } });
    expect(block.capabilities.dimensions).toBe('refused');
  });

  test('one width that is not on the server’s list', async () => {
    const error = await failure({ dimensions: [16, 32, 64] }, [16, 24, 64]);
    expect(error.message).toContain('refuses 24 dimensions');
  });

  test('more dimensions than the model has', async () => {
    const error = await failure({}, [32, 64, 128]);
    expect(error.message).toBe("the config asks for 128 dimensions, the model's vectors have 64");
  });

  test('an interrupt', async () => {
    const stop = new AbortController();
    stop.abort(new Error('Ctrl-C'));
    await expect(probed({}, { signal: stop.signal })).rejects.toThrow('Ctrl-C');
  });
});
