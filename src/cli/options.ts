/** Options that several commands have. */
export const CONFIG_POSITIONAL = {
  type: 'string',
  describe: 'config file, or the name of a bundled config',
} as const;

export const SET_OPTION = {
  type: 'string',
  array: true,
  nargs: 1,
  default: [] as string[],
  describe: 'override a setting, e.g. axes.batchSize=[1,4]; repeatable',
} as const;

export const RESULTS_OPTION = {
  type: 'string',
  default: 'results',
  describe: 'folder that holds runs and baselines',
} as const;
