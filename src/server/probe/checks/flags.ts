import type { CheckFinding, ProbeCheck } from '../probe-check.ts';

/** Server flags that change what a measurement means. */
export const flagsCheck: ProbeCheck = {
  id: 'flags',
  title: 'Server flags',
  async run(_, { serverInfo }) {
    if (serverInfo === undefined) {
      return { findings: [{ verdict: 'unknown', evidence: 'the server does not tell its flags' }] };
    }
    const info = serverInfo.value;
    const findings: CheckFinding[] = [];
    if (info.allowAutoTruncate === true) {
      findings.push({
        id: 'flags.autoTruncate',
        title: 'Cutting of long inputs',
        verdict: 'warning',
        evidence:
          'allow_auto_truncate is true: the end of long texts is cut, and with it the token the vector is read from',
        mend: 'start the server without --allow-auto-truncate',
      });
    }
    const running = info.effectiveMaxRunningRequests;
    const parts = [
      ...(running === undefined ? [] : [`at most ${running} texts at once per rank`]),
      ...(info.chunkedPrefillSize === undefined || info.chunkedPrefillSize < 0
        ? []
        : [`texts beyond ${info.chunkedPrefillSize} tokens take several passes`]),
      ...((info.dataParallelSize ?? 1) > 1 ? [`${info.dataParallelSize} data-parallel ranks`] : []),
      ...(info.dtype === undefined ? [] : [`dtype ${info.dtype}`]),
      ...(info.quantization === undefined ? [] : [`quantization ${info.quantization}`]),
    ];
    findings.unshift({
      verdict: 'ok',
      evidence: parts.join('; ') || `${serverInfo.path} holds none of note`,
    });
    return { findings };
  },
};
