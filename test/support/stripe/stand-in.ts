import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { ApiError, idempotencyMismatch, keyInUse, unauthorized } from './errors.js';
import { decodeForm } from './form.js';
import { answerPage } from './pages.js';
import { answerCall } from './routes.js';
import { StripeState } from './state.js';
import { StandInWebhooks } from './webhooks.js';

/**
 * A fault of one request. `before`: the request has no effect; `after`: it has. `timeout` never answers, `reset` closes the
 * connection, a number is the status of the answer.
 */
export type Fault = Readonly<{ when: 'before' | 'after'; what: 'timeout' | 'reset' | 409 | 429 | 500 }>;
type PlannedFault = Fault & { readonly request: RegExp; times: number };
type Answer = Readonly<{ status: number; body: object }>;
type Stored = { readonly fingerprint: string; answer: Answer | undefined };

export const STAND_IN_KEY = 'sk_test_standin';
export const STAND_IN_WEBHOOK_SECRET = 'whsec_standin';

const ERROR_BODIES = {
  409: {
    type: 'invalid_request_error',
    code: 'idempotency_key_in_use',
    message: 'Another request is running.',
  },
  429: { type: 'invalid_request_error', code: 'rate_limit', message: 'Too many requests.' },
  500: { type: 'api_error', message: 'Something went wrong.' },
} as const;

/** A stateful local server with the endpoints of Stripe's API that Praxis uses, as Stripe documents them. */
export class StripeStandIn {
  readonly state: StripeState;
  readonly webhooks: StandInWebhooks;
  /** `POST /v1/refunds`, oldest first. */
  readonly requests: string[] = [];
  /** Keys that the API accepts. */
  secretKeys = [STAND_IN_KEY];
  readonly #keys = new Map<string, Stored>();
  readonly #faults: PlannedFault[] = [];
  readonly #server = createServer((request, response) => {
    void this.#serve(request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });

  constructor({ now = () => new Date() }: Readonly<{ now?: () => Date }> = {}) {
    this.state = new StripeState(now);
    this.webhooks = new StandInWebhooks(this.state, STAND_IN_WEBHOOK_SECRET);
  }

  async start(port = 0): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve));
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Lets the next `times` requests whose method and path match fail. */
  fail(request: RegExp, fault: Fault, times = 1): void {
    this.#faults.push({ request, ...fault, times });
  }

  /** Forgets planned faults. */
  heal(): void {
    this.#faults.length = 0;
  }

  /** As Stripe after a day. */
  forgetIdempotencyKeys(): void {
    this.#keys.clear();
  }

  #takeFault(request: string): Fault | undefined {
    const fault = this.#faults.find((each) => each.times > 0 && each.request.test(request));
    if (fault !== undefined) fault.times -= 1;
    return fault;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, search } = new URL(request.url ?? '/', this.url);
    const method = request.method ?? 'GET';
    const body = await text(request);
    if (!pathname.startsWith('/v1/')) {
      answerPage(this.state, { method, pathname, search }, response);
      return;
    }
    const label = `${method} ${pathname}`;
    this.requests.push(label);
    const fault = this.#takeFault(label);
    const answer =
      fault?.when === 'before' ? undefined : this.#answer(request, label, method === 'POST' ? body : search);
    if (fault?.what === 'timeout') return;
    if (fault?.what === 'reset') {
      request.socket.destroy();
      return;
    }
    const sent =
      fault === undefined ? answer! : { status: fault.what, body: { error: ERROR_BODIES[fault.what] } };
    response
      .writeHead(sent.status, {
        'content-type': 'application/json',
        'request-id': `req_${this.requests.length}`,
      })
      .end(JSON.stringify(sent.body));
  }

  #answer(request: IncomingMessage, label: string, parameters: string): Answer {
    const authorized = this.secretKeys.some((key) => request.headers.authorization === `Bearer ${key}`);
    const key = request.headers['idempotency-key'];
    const run = () => this.#run(label, parameters, authorized);
    if (typeof key !== 'string' || !label.startsWith('POST ') || !authorized) return run();
    const stored = this.#keys.get(key);
    const fingerprint = `${label} ${parameters}`;
    if (stored === undefined) {
      const entry: Stored = { fingerprint, answer: undefined };
      this.#keys.set(key, entry);
      entry.answer = run();
      return entry.answer;
    }
    if (stored.fingerprint !== fingerprint) return errorAnswer(idempotencyMismatch());
    return stored.answer ?? errorAnswer(keyInUse());
  }

  #run(label: string, parameters: string, authorized: boolean): Answer {
    const [method = '', path = ''] = label.split(' ');
    try {
      if (!authorized) throw unauthorized();
      const form = decodeForm(parameters);
      return { status: 200, body: answerCall(this.state, { method, path, form, baseUrl: this.url }) };
    } catch (error) {
      if (error instanceof ApiError) return errorAnswer(error);
      throw error;
    }
  }
}

const errorAnswer = ({ status, error }: ApiError): Answer => structuredClone({ status, body: { error } });
