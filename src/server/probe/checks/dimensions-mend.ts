/** The launch flag that makes a server honour `dimensions` for a model whose config does not declare it. */
export function dimensionsMend(software: string | undefined): string {
  switch (software) {
    case 'vllm':
      return `--hf-overrides '{"is_matryoshka": true}'`;
    case 'sglang':
    case 'dimsweep':
      return `--json-model-override-args '{"is_matryoshka": true}'`;
    default:
      return `--json-model-override-args '{"is_matryoshka": true}' (SGLang) or --hf-overrides '{"is_matryoshka": true}' (vLLM)`;
  }
}
