/**
 * A client that takes no part in an attack: `node bystander.ts URL`. It reads the products 20 times a second and signs
 * in with the right password every two seconds, without waiting for earlier responses. It prints a `Glance` as one line
 * when it sends a request, and again when it has the response. It is a separate process, so that the work of the
 * attacker does not delay its clock.
 */
import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import type { Glance } from '../bystander.js';
import { BYSTANDER_ADDRESS } from '../addresses.js';

const PRODUCTS_EVERY_MS = 50;
const SIGN_IN_EVERY_MS = 2_000;
const GIVES_UP_AFTER_MS = 30_000;
const CREDENTIALS = JSON.stringify({ email: 'staff@praxis.test', password: 'praxis-demo-2026' });

const [, , url = ''] = process.argv;
const agent = new Agent({ keepAlive: true, maxSockets: 200 });

/** The status of the answer; 0 when the connection failed or no answer came in time. */
function ask(method: 'GET' | 'POST', path: string, body?: string): Promise<number> {
  return new Promise((resolve) => {
    const asked = request(
      url + path,
      {
        method,
        agent,
        localAddress: BYSTANDER_ADDRESS,
        signal: AbortSignal.timeout(GIVES_UP_AFTER_MS),
        ...(body !== undefined && {
          headers: { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) },
        }),
      },
      (response) => {
        response.resume();
        response.once('end', () => resolve(response.statusCode ?? 0));
        response.once('error', () => resolve(0));
      },
    );
    asked.once('error', () => resolve(0));
    asked.end(body);
  });
}

const say = (glance: Glance): unknown => process.stdout.write(JSON.stringify(glance) + '\n');

async function glance(what: Glance['what'], look: () => Promise<number>): Promise<void> {
  const id = randomUUID();
  const at = Date.now();
  const begun = performance.now();
  say({ id, what, at, status: 0, milliseconds: Infinity });
  const status = await look();
  say({ id, what, at, status, milliseconds: performance.now() - begun });
}

setInterval(() => void glance('products', () => ask('GET', '/v1/products')), PRODUCTS_EVERY_MS);
setInterval(() => void glance('sign-in', () => ask('POST', '/v1/sessions', CREDENTIALS)), SIGN_IN_EVERY_MS);
// The parent has ended, so this process ends too.
process.stdout.on('error', () => process.exit());
