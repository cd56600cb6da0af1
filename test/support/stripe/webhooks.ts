import { createHmac } from 'node:crypto';
import type { ApiObject, StripeState } from './state.js';

const SECOND_MS = 1_000;

/** An event as Stripe sends it. */
export type SignedEvent = Readonly<{ type: string; body: Buffer; signature: string }>;

export const signBody = (body: Buffer | string, secret: string, at: Date): string => {
  const seconds = Math.floor(at.getTime() / SECOND_MS);
  const mac = createHmac('sha256', secret).update(`${seconds}.`).update(body).digest('hex');
  return `t=${seconds},v1=${mac}`;
};

/**
 * The events of the account. They are kept until a test delivers them, as often, as late and in whichever order it likes;
 * `url` delivers each at once.
 */
export class StandInWebhooks {
  readonly #events: Readonly<{ type: string; body: Buffer }>[] = [];
  url: string | null = null;

  constructor(
    private readonly state: StripeState,
    public secret: string,
  ) {
    state.onEvent = (type, object) => {
      this.#add(type, object);
    };
  }

  #add(type: string, object: ApiObject): void {
    const event = this.state.add('event', { type, data: { object }, livemode: false });
    const body = Buffer.from(JSON.stringify(event));
    this.#events.push({ type, body });
    const { url } = this;
    if (url !== null) void this.send(url, this.sign({ type, body })).catch(() => undefined);
  }

  sign({ type, body }: Readonly<{ type: string; body: Buffer }>): SignedEvent {
    return { type, body, signature: signBody(body, this.secret, this.state.now()) };
  }

  /** All events so far, oldest first, signed now. */
  all(): SignedEvent[] {
    return this.#events.map((event) => this.sign(event));
  }

  async send(url: string, { body, signature }: SignedEvent): Promise<number> {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'stripe-signature': signature },
      body: new Uint8Array(body),
    });
    await response.arrayBuffer();
    return response.status;
  }
}
