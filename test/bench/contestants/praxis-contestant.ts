import { idOf } from '../http/ids.js';
import type { DatabaseUrls } from '../http/data-set.js';
import type { World } from '../http/workloads.js';
import type { Contestant, Reply } from './gate.js';
import { asJson, fetchJson, productsOf } from './plain-contestant.js';

type Money = Readonly<{ amount: number }>;
type PraxisProduct = Readonly<{
  id: string;
  sku: string;
  name: string;
  description: string;
  price: Money;
  createdAt: string;
}>;
type PraxisOrder = Readonly<{
  id: string;
  status: string;
  total: Money;
  createdAt: string;
  lines: readonly Readonly<{
    id: string;
    productId: string;
    name: string;
    quantity: number;
    unitPrice: Money;
  }>[];
}>;
type Named = Readonly<{ id: string; name: string }>;
type PraxisPost = Readonly<{
  id: string;
  title: string;
  content: string;
  createdAt: string;
  author: Named;
  comments: readonly Readonly<{ id: string; comment: string; createdAt: string; author: Named }>[];
}>;
type PraxisAppointment = Readonly<{
  id: string;
  doctor: Named;
  patient: Named;
  startsAt: string;
  endsAt: string;
  status: string;
}>;

/** Translates the body of a success; that of a refusal stays as it is. */
function translate<From, To>(reply: Reply<From>, to: (body: From) => To): Reply<To> {
  return { ...reply, body: reply.status < 300 ? to(reply.body) : (reply.body as unknown as To) };
}

const personOf = ({ id, name }: Named) => ({ id, fullName: name });
const orderOf = (order: PraxisOrder) => ({
  ...order,
  total: order.total.amount,
  lines: order.lines.map((line) => ({ ...line, unitPrice: line.unitPrice.amount })),
});

/** Praxis, asked over its own API, with its answers translated to the contract. */
export function makePraxisContestant(
  name: string,
  url: string,
  { superuserUrl }: DatabaseUrls,
  { tokenOf, sizes }: World,
): Contestant {
  const indexOf = new Map<string, number>();
  for (let n = 1; n <= sizes.members; n += 1) indexOf.set(idOf('user', n), n).set(idOf('patient', n), n);
  const authorization = (id: string) => `Bearer ${tokenOf(indexOf.get(id)!)}`;
  const post = (path: string, by: string, body: unknown, headers: Readonly<Record<string, string>> = {}) => {
    const init = asJson(body);
    return fetchJson<never>(url + path, {
      ...init,
      headers: { 'content-type': 'application/json', authorization: authorization(by), ...headers },
    });
  };
  return {
    name,
    product: async (id) =>
      translate(await fetchJson<PraxisProduct>(`${url}/v1/products/${id}`), (body) => ({
        ...body,
        price: body.price.amount,
      })),
    orders: async (userId) =>
      translate(
        await fetchJson<{ items: PraxisOrder[] }>(`${url}/v1/orders?limit=20`, {
          headers: { authorization: authorization(userId) },
        }),
        ({ items }) => ({ items: items.map(orderOf) }),
      ),
    posts: async () =>
      translate(
        await fetchJson<{ items: PraxisPost[] }>(`${url}/v1/posts?limit=20&include=comments`),
        ({ items }) => ({
          items: items.map((each) => ({
            ...each,
            author: personOf(each.author),
            comments: each.comments.map((comment) => ({ ...comment, author: personOf(comment.author) })),
          })),
        }),
      ),
    book: async ({ doctorId, patientId, startsAt }) =>
      translate<PraxisAppointment, never>(
        await post('/v1/appointments', patientId, {
          doctorId,
          appointmentTypeId: idOf('type', 1),
          startsAt,
        }),
        (body) => ({ ...body, doctorId: body.doctor.id, patientId: body.patient.id }) as never,
      ),
    order: async ({ userId, lines }) =>
      translate<PraxisOrder, never>(
        await post(
          '/v1/orders',
          userId,
          { lines, payment: { method: 'desk' } },
          { 'idempotency-key': crypto.randomUUID() },
        ),
        (body) => orderOf(body) as never,
      ),
    ...productsOf(superuserUrl),
  };
}
