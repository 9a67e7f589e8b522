import type { ProbeCheck } from '../probe-check.ts';
import { unknown } from '../probe-check.ts';
import { askAsStranger } from './answers.ts';

/** Whether the server looks at the key. */
export const authCheck: ProbeCheck = {
  id: 'auth',
  title: 'API key',
  async run(context) {
    const hasKey = context.config.apiKey !== undefined;
    const reply = await askAsStranger(context);
    if (reply.kind === 'failure') return unknown(`a request without a key failed: ${reply.error.message}`);
    if (reply.status === 401 || reply.status === 403) {
      return {
        findings: [{ verdict: 'ok', evidence: `required: without it the server answers ${reply.status}` }],
        capabilities: { auth: 'required' },
      };
    }
    if (reply.status !== 200) return unknown(`a request without a key got HTTP ${reply.status}`);
    return hasKey
      ? {
          findings: [
            { verdict: 'note', evidence: 'accepted, but not needed: a request without it is answered too' },
          ],
          capabilities: { auth: 'accepted' },
        }
      : {
          findings: [{ verdict: 'ok', evidence: 'none: the server answers everybody who reaches it' }],
          capabilities: { auth: 'none' },
        };
  },
};
