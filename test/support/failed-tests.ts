/** The properties of an error that mocha prints besides its message and stack. */
const SHOWN = new Set(['actual', 'expected', 'operator', 'showDiff', 'code']);

/**
 * Root hook of mocha (`require` in .mocharc.json). To serialize a result, a worker deletes every function from every
 * object that an error refers to, in place: an error of umzug refers to Sequelize, which refers to pg, which then has no
 * `Client` for later tests. So this hook deletes the references first.
 */
export const mochaHooks = {
  afterEach(this: Mocha.Context): void {
    const error: unknown = this.currentTest?.err;
    if (!(error instanceof Error)) return;
    if (error.cause instanceof Error) error.stack = `${error.stack ?? ''}\nCaused by: ${error.cause.message}`;
    for (const key of Object.getOwnPropertyNames(error)) {
      const value = (error as unknown as Record<string, unknown>)[key];
      const live = (typeof value === 'object' && value !== null) || typeof value === 'function';
      if (live && !SHOWN.has(key)) Reflect.deleteProperty(error, key);
    }
  },
};
