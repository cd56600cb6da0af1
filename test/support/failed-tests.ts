/** What mocha shows of an error besides its message and stack. */
const SHOWN = new Set(['actual', 'expected', 'operator', 'showDiff', 'code']);

/**
 * Root hook of mocha (`require` in .mocharc.json). A worker sends its results home by taking every function out of every
 * object an error refers to, in place: an error of umzug's leads to Sequelize, from there to pg, which then has no
 * `Client` for the tests that follow. What errors refer to is let go of before.
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
