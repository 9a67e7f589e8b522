import { type CheckResult, type ProbeCheck, type ProbeContext, unknown } from '../probe-check.ts';
import { REFERENCE_TEXTS } from '../probe-texts.ts';

/** Share by which `usage` may miss the tokenizer's count. */
const DRIFT = 0.01;
/** Special tokens that a tokenize route may leave out, per text. */
const MOST_SPECIAL_TOKENS = 2;

/** Whether `usage.prompt_tokens` can be trusted: against the tokenizer, and against itself. */
export const usageCheck: ProbeCheck = {
  id: 'usage',
  title: 'Token counts (usage)',
  async run(context, found) {
    const batch = found.reference?.promptTokens;
    const alone = found.tokensAlone ?? [];
    if (found.reference === undefined) return unknown('there is no reply to read them from');
    if (batch === undefined || batch <= 0) {
      return {
        findings: [
          {
            verdict: batch === undefined ? 'note' : 'problem',
            evidence:
              batch === undefined
                ? 'the server sends none'
                : `prompt_tokens is ${batch} for ${REFERENCE_TEXTS.length} texts`,
            mend: 'token rates stay absent for this server',
          },
        ],
        capabilities: { usageTokens: batch === undefined ? 'absent' : 'wrong' },
      };
    }
    const sum = alone.reduce((total, tokens) => total + tokens, 0);
    if (alone.length > 0 && differs(batch, sum)) {
      return wrong(`${batch} tokens for a batch whose texts count ${sum} one by one`);
    }
    const counted = await countByTokenizer(context);
    if (counted === undefined) {
      return {
        findings: [
          {
            verdict: 'note',
            evidence: `${batch} tokens, the sum of its texts; there is no tokenize route to check with`,
          },
        ],
        capabilities: { usageTokens: 'present' },
      };
    }
    return against(batch, alone, counted);
  },
};

function against(batch: number, alone: readonly number[], counted: readonly number[]): CheckResult {
  const total = counted.reduce((sum, tokens) => sum + tokens, 0);
  if (!differs(batch, total)) {
    return {
      findings: [{ verdict: 'ok', evidence: `${batch} tokens, as the tokenizer counts` }],
      capabilities: { usageTokens: 'present' },
    };
  }
  const offsets = new Set(alone.map((tokens, i) => tokens - counted[i]!));
  const [offset] = offsets;
  if (offsets.size === 1 && offset !== undefined && offset > 0 && offset <= MOST_SPECIAL_TOKENS) {
    return {
      findings: [
        {
          verdict: 'ok',
          evidence: `${batch} tokens; the tokenize route leaves out ${offset} special per text`,
        },
      ],
      capabilities: { usageTokens: 'present' },
    };
  }
  return wrong(`usage says ${batch} tokens, the server's tokenizer counts ${total}`);
}

function wrong(evidence: string): CheckResult {
  return {
    findings: [{ verdict: 'problem', evidence, mend: 'do not compare or bill by this server’s token rates' }],
    capabilities: { usageTokens: 'wrong' },
  };
}

async function countByTokenizer({ admin, signal }: ProbeContext): Promise<number[] | undefined> {
  const counts: number[] = [];
  for (const text of REFERENCE_TEXTS) {
    const answer = await admin.tokenize(text, signal);
    if (answer === undefined) return undefined;
    counts.push(answer.value.count);
  }
  return counts;
}

function differs(a: number, b: number): boolean {
  return Math.abs(a - b) > DRIFT * Math.max(a, b);
}
