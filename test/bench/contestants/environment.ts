/** The environment of a contestant's process. */
export const DATABASE_URL = process.env['DATABASE_URL'] ?? '';
export const POOL_MAX = Number(process.env['POOL_MAX']);

/** Prints the port. The bench reads it from standard output. */
export function announce(port: number): void {
  console.log(`listening on http://127.0.0.1:${port}`);
}
process.on('SIGTERM', () => process.exit(0));
