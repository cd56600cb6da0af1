/**
 * What every contestant serves: the same five routes over the same tables, without sign-in, limits, retries and records.
 *
 *   GET  /products/:id        200 Product, 404
 *   GET  /orders?userId=      200 { items: Order[] }: the newest 20
 *   GET  /posts               200 { items: Post[] }: the newest 20, each with all its comments, newest first
 *   POST /appointments        201 Appointment; 404 no such doctor or patient; 409 one of them is busy
 *   POST /orders              201 Order; 404 no such product; 409 not enough in stock
 *
 * Prices are in cents. Instants are ISO 8601 with milliseconds, in UTC. An appointment takes 30 minutes.
 */
export type Product = Readonly<{
  id: string;
  sku: string;
  name: string;
  description: string;
  price: number;
  createdAt: string;
}>;

export type OrderLine = Readonly<{
  id: string;
  productId: string;
  name: string;
  quantity: number;
  unitPrice: number;
}>;

export type Order = Readonly<{
  id: string;
  status: string;
  total: number;
  createdAt: string;
  lines: readonly OrderLine[];
}>;

type Person = Readonly<{ id: string; fullName: string }>;

export type Post = Readonly<{
  id: string;
  title: string;
  content: string;
  createdAt: string;
  author: Person;
  comments: readonly Readonly<{ id: string; comment: string; createdAt: string; author: Person }>[];
}>;

export type Appointment = Readonly<{
  id: string;
  doctorId: string;
  patientId: string;
  startsAt: string;
  endsAt: string;
  status: string;
}>;

export type BookingBody = Readonly<{ doctorId: string; patientId: string; startsAt: string }>;
export type OrderBody = Readonly<{
  userId: string;
  lines: readonly Readonly<{ productId: string; quantity: number }>[];
}>;

export const APPOINTMENT_MS = 30 * 60_000;
export const PAGE = 20;

/** Thrown to roll a transaction back; it sets the status of the response. */
export class Refusal extends Error {
  constructor(
    readonly status: 404 | 409,
    message: string,
  ) {
    super(message);
  }
}

/** SQLSTATE of an exclusion constraint and of a foreign key. */
const STATUS_OF: Readonly<Record<string, 404 | 409>> = { '23P01': 409, '23503': 404 };

/** The refusal that a violated constraint stands for; undefined for every other error. `error` may wrap the driver's. */
export function refusalOf(error: unknown): Refusal | undefined {
  if (error instanceof Refusal) return error;
  const { code, cause, parent } = error as { code?: string; cause?: unknown; parent?: unknown };
  const status = STATUS_OF[code ?? ''];
  if (status !== undefined) return new Refusal(status, 'a constraint is violated');
  const inner = cause ?? parent;
  return inner === undefined || inner === null ? undefined : refusalOf(inner);
}
