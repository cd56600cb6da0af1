/** Set by `postgres.ts` when a test first needs a database. On the process, because mocha may load a module twice. */
type SharedServer = { praxisTestServer?: Promise<Readonly<{ stop(): Promise<void> }>> };

/** Root fixture of mocha (`require` in .mocharc.json): stops the PostgreSQL server of the tests, if one was started. */
export async function mochaGlobalTeardown(): Promise<void> {
  // A server that failed to start has already failed the tests that need it.
  const server = await (globalThis as SharedServer).praxisTestServer?.catch(() => undefined);
  await server?.stop();
}
