import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { missing } from './errors.js';
import { type TestCard, TEST_CARDS, type TestCardName } from './cards.js';

/** An object of the API. Its shape is that of Stripe's published samples (fixtures.json). */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type ApiObject = Record<string, any> & { id: string; object: string; created: number };

const SAMPLES = JSON.parse(readFileSync(join(import.meta.dirname, 'fixtures.json'), 'utf8')) as Readonly<
  Record<string, ApiObject>
>;

const PREFIXES: Readonly<Record<string, string>> = {
  balance_transaction: 'txn',
  charge: 'ch',
  'checkout.session': 'cs_test',
  customer: 'cus',
  dispute: 'dp',
  event: 'evt',
  payment_intent: 'pi',
  payment_method: 'pm',
  payout: 'po',
  refund: 're',
  setup_intent: 'seti',
  webhook_endpoint: 'we',
};
const ID_BYTES = 12;
const SECOND_MS = 1_000;

export type EventListener = (type: string, object: ApiObject) => void;

/** The objects of the account, in the order of their creation. */
export class StripeState {
  readonly #objects = new Map<string, ApiObject>();
  /** Called for each event that Stripe would send. */
  onEvent: EventListener = () => undefined;
  /** The number of times that money was taken for each PaymentIntent. */
  readonly captures = new Map<string, number>();

  constructor(readonly now: () => Date) {}

  seconds(): number {
    return Math.floor(this.now().getTime() / SECOND_MS);
  }

  add(kind: string, fields: Readonly<Record<string, unknown>>): ApiObject {
    const id = `${PREFIXES[kind] ?? kind}_${randomBytes(ID_BYTES).toString('hex')}`;
    const made = {
      object: kind,
      ...structuredClone(SAMPLES[kind]),
      id,
      created: this.seconds(),
      ...fields,
    } as ApiObject;
    this.#objects.set(id, made);
    return made;
  }

  find(id: unknown): ApiObject | undefined {
    return typeof id === 'string' ? this.#objects.get(id) : undefined;
  }

  get(kind: string, id: unknown, param?: string): ApiObject {
    const found = this.find(id);
    if (found?.object !== kind) throw missing(kind, String(id), param);
    return found;
  }

  remove(id: string): void {
    this.#objects.delete(id);
  }

  /** Newest first, as every list of the API. */
  all(kind: string): ApiObject[] {
    return [...this.#objects.values()].filter(({ object }) => object === kind).reverse();
  }

  emit(type: string, object: ApiObject): void {
    this.onEvent(type, structuredClone(object));
  }

  /** A customer with one saved card. */
  saveCard(name: TestCardName): Readonly<{ customer: string; paymentMethod: string }> {
    const { brand, last4 } = TEST_CARDS[name];
    const customer = this.add('customer', { metadata: {} });
    const sample = SAMPLES['payment_method']!['card'] as Record<string, unknown>;
    const card = { ...sample, brand, last4, fingerprint: `fingerprint${last4}`, exp_year: 2034 };
    const method = this.add('payment_method', { customer: customer.id, card, metadata: {} });
    return { customer: customer.id, paymentMethod: method.id };
  }

  cardOf(paymentMethod: unknown): TestCard {
    const { last4 } = this.get('payment_method', paymentMethod, 'payment_method')['card'] as TestCard;
    return Object.values<TestCard>(TEST_CARDS).find((each) => each.last4 === last4)!;
  }
}
