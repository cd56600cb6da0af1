import { startEmbeddedPostgres } from '../../../src/platform/embedded-postgres/embedded-postgres.js';

/**
 * Runs the embedded server of the given home (`tcp`: on a TCP port), prints its address, and stops it cleanly on
 * SIGTERM.
 */
const embedded = await startEmbeddedPostgres({
  home: process.argv[2] ?? '',
  durable: false,
  socket: process.argv[3] !== 'tcp',
});
const idle = setInterval(() => undefined, 60_000);
const { attached, endpoint, applicationUrl } = embedded;
process.stdout.write(`${JSON.stringify({ attached, endpoint, applicationUrl })}\n`);
process.once('SIGTERM', () => {
  clearInterval(idle);
  void embedded.stop();
});
