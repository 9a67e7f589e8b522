import { detectSoftware } from '../../sglang/software.ts';
import { listText } from '../figures.ts';
import type { CheckFinding, Found, ProbeCheck, ProbeContext } from '../probe-check.ts';

/** Whose server it is, what it serves, and what its own routes say about it. */
export const softwareCheck: ProbeCheck = {
  id: 'software',
  title: 'Software and model',
  async run(context, found) {
    const { admin, signal } = context;
    const models = await admin.models(signal);
    const modelInfo = await admin.modelInfo(signal);
    const serverInfo = await admin.serverInfo(signal);
    const exposition = await admin.metrics(signal);
    const asked = serverInfo?.value.version === undefined ? await admin.version(signal) : undefined;
    const software = detectSoftware({
      models: models?.value ?? [],
      modelInfo,
      serverInfo,
      version: asked,
      serverHeader: found.serverHeader,
      metricNames: exposition?.samples.map((sample) => sample.name) ?? [],
      host: new URL(context.baseUrl).hostname,
    });
    const routes = {
      ...(models === undefined ? {} : { models: models.path }),
      ...(modelInfo === undefined ? {} : { modelInfo: modelInfo.path }),
      ...(serverInfo === undefined ? {} : { serverInfo: serverInfo.path }),
    };
    const further: Omit<Found, 'capabilities'> = {
      ...(models === undefined ? {} : { models: models.value }),
      ...(modelInfo === undefined ? {} : { modelInfo }),
      ...(serverInfo === undefined ? {} : { serverInfo }),
      ...(exposition === undefined ? {} : { exposition }),
      ...(software === undefined ? {} : { software }),
    };
    const served = { ...found, ...further };
    return {
      findings: [identity(served), ...modelMatch(context, served), ...mode(served)],
      capabilities: { routes },
      found: further,
    };
  },
};

function identity({ software, servedModel }: Found): CheckFinding {
  const who =
    software === undefined ? 'an unknown server' : [software.name, software.version].join(' ').trim();
  return { verdict: 'ok', evidence: `${who}, serving ${servedModel ?? 'a model it does not name'}` };
}

/** A server that ignores the `model` field answers with whatever it has. */
function modelMatch(
  { config }: ProbeContext,
  { servedModel, models = [], modelInfo }: Found,
): CheckFinding[] {
  const names = [servedModel, modelInfo?.value.modelPath, ...models.map((model) => model.id)].filter(
    (name) => name !== undefined,
  );
  if (names.length === 0 || names.some((name) => sameModel(name, config.model))) return [];
  return [
    {
      id: 'software.model',
      title: 'Model name',
      verdict: 'warning',
      evidence: `the config names ${config.model}, the server serves ${listText([...new Set(names)])} and does not mind`,
      mend: `server.model: ${names.at(-1)}`,
    },
  ];
}

/** Servers name a model by its hub id, by a path that ends in it, or by an alias. */
function sameModel(a: string, b: string): boolean {
  const last = (name: string): string => name.replace(/\/+$/, '').split('/').at(-1)!.toLowerCase();
  return last(a) === last(b);
}

function mode({ modelInfo }: Found): CheckFinding[] {
  if (modelInfo?.value.isGeneration !== true) return [];
  return [
    {
      id: 'software.mode',
      title: 'Server mode',
      verdict: 'warning',
      evidence: `${modelInfo.path} says is_generation: true, although embeddings are answered`,
      mend: '--is-embedding',
    },
  ];
}
