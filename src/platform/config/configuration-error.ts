/** One thing wrong with the configuration: which variable, what is wrong with it, what to set instead. */
export type ConfigurationFault = Readonly<{ name: string; problem: string; remedy: string }>;

/** Everything wrong with the configuration at once, one line a fault; never a value that may be a secret. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  constructor(readonly faults: readonly ConfigurationFault[]) {
    super(faults.map(({ name, problem, remedy }) => `${name} ${problem}; ${remedy}`).join('\n'));
  }
}
