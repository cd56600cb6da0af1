/** A fault of the configuration: the variable, the fault, and what to set instead. */
export type ConfigurationFault = Readonly<{ name: string; problem: string; remedy: string }>;

/** All faults of the configuration, one a line. Never contains a value that may be a secret. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  constructor(readonly faults: readonly ConfigurationFault[]) {
    super(faults.map(({ name, problem, remedy }) => `${name} ${problem}; ${remedy}`).join('\n'));
  }
}
