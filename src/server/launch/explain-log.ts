interface LogSign {
  readonly pattern: RegExp;
  readonly mend: string;
}

/** Lines by which servers say why they do not start, and what mends it. */
const SIGNS: readonly LogSign[] = [
  {
    pattern: /address already in use|EADDRINUSE|port \d+ .*(in use|not available)/i,
    mend: 'Another process holds the port: stop it, or change the port in the command and in server.baseUrl.',
  },
  {
    pattern: /out of memory|OutOfMemoryError|not enough (GPU )?memory|mem[-_]fraction[-_]static/i,
    mend: 'The GPU has too little free memory: free it, or pass another --mem-fraction-static.',
  },
  {
    pattern: /No module named ['"]?(sglang|vllm)/i,
    mend: 'The Python of the command has no such package: name the interpreter of the right environment.',
  },
  {
    pattern: /unrecognized arguments|unknown (option|flag|argument)|unexpected argument|no such option/i,
    mend: 'This version of the server does not know one of the flags: look at the line above and at its --help.',
  },
  {
    pattern:
      /(gated repo|401 Client Error|Repository Not Found|is not a local folder and is not a valid model)/i,
    mend: 'The model cannot be fetched: check its name, or set HF_TOKEN in server.launch.environment.',
  },
  {
    pattern: /no CUDA GPUs are available|CUDA driver version is insufficient|Torch not compiled with CUDA/i,
    mend: 'The server sees no usable GPU: check the driver and CUDA_VISIBLE_DEVICES.',
  },
  {
    pattern: /No space left on device/i,
    mend: 'The disk is full: the model or its cache does not fit.',
  },
];

/** What mends a failed start, when its log gives it away. */
export function mendFromLog(lines: readonly string[]): string | undefined {
  return SIGNS.find(({ pattern }) => lines.some((line) => pattern.test(line)))?.mend;
}
