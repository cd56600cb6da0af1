import { expect } from 'chai';
import { seed } from '../../src/platform/database/migrator.js';
import type { Operation, ServedDocument } from '../fuzz/document.js';
import { catalogOf } from '../support/catalog.js';
import { makeUser, openSession, startTestPraxis, type TestPraxis, type TestUser } from '../support/praxis.js';
import { changed, placesOf, readDocument, rowsOf, sampleOf, send, type Sample } from './places.js';

const camelCase = (column: string): string =>
  column.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

/** Longer than any response takes: a response after this time shows that the text was executed. */
const SLEEP_S = 30;
const INJECTIONS = [
  `' OR '1'='1`,
  `'; DROP TABLE users; --`,
  `"; SELECT pg_sleep(${SLEEP_S}); --`,
  `') UNION SELECT password_hash FROM users --`,
  `1; SELECT pg_sleep(${SLEEP_S})`,
  `' || (SELECT pg_sleep(${SLEEP_S})) || '`,
  '%27%20OR%201%3D1',
  '{"$gt":""}',
  '$U.id$',
  '${7*7}{{7*7}}<%= 7*7 %>',
  '../../../../etc/passwd',
  'file:///etc/passwd',
  '*)(uid=*))(|(uid=*',
  '; sleep 30 #',
  '`sleep 30`',
  'x%0d%0aSet-Cookie:%20a=b',
  '<script>alert(1)</script>',
  '__proto__',
];
/** Only texts that an HTTP header can contain. */
const HEADER_INJECTIONS = [
  `' OR 1=1; SELECT pg_sleep(${SLEEP_S})--`,
  '../../etc/passwd',
  '${jndi:ldap://x/a}',
  '"><script>',
];
const HEADERS = [
  'If-Match',
  'If-None-Match',
  'Idempotency-Key',
  'Authorization',
  'User-Agent',
  'X-Forwarded-For',
  'X-Request-Id',
  'traceparent',
  'Accept',
];

/** An answer names at most 20 faults. */
const NAMES_AT_ONCE = 15;

const inGroups = <Item>(items: readonly Item[], size: number): Item[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );

describe('every input', function () {
  this.timeout(300_000);
  let praxis: TestPraxis;
  let document: ServedDocument;
  let admin: TestUser;
  before(async () => {
    praxis = await startTestPraxis();
    await seed({ url: praxis.ownerUrl });
    admin = await makeUser(praxis, 'admin');
    document = await readDocument(praxis);
  });
  after(() => praxis.stop());

  const routes = (): Operation[] => document.operations.filter(({ allow }) => allow !== undefined);

  it('cannot name a column beyond the declared fields, in any object of a body or in a query', async () => {
    const columns = await rowsOf<{ name: string }>(
      praxis.ownerUrl,
      `SELECT DISTINCT column_name AS name FROM information_schema.columns WHERE table_schema = 'public'`,
    );
    const names = [...new Set(columns.flatMap(({ name }) => [name, camelCase(name)]))];
    expect(names.length).to.be.greaterThan(200);
    let bodies = 0;
    for (const operation of routes()) {
      const sample = sampleOf(operation);
      const declared = new Set(operation.parameters.map(({ name }) => name));
      const strange = names.filter((name) => !declared.has(name));
      const refused = await send(praxis, admin.accessToken, operation, {
        ...sample,
        query: Object.fromEntries(strange.map((name) => [name, '1'])),
      });
      expect([refused.status, refused.body.code], operation.id).to.deep.equal([400, 'malformed-request']);
      if (sample.body === undefined) continue;
      for (const place of placesOf(sample.body, 'object')) {
        const own = new Set(
          Object.keys(
            place.reduce<unknown>(
              (value, key) => (value as Record<string, unknown>)[key],
              sample.body,
            ) as object,
          ),
        );
        const named = new Set<string | undefined>();
        for (const some of inGroups(
          names.filter((name) => !own.has(name) && !FREE.has(name)),
          NAMES_AT_ONCE,
        )) {
          const { status, body } = await assign(operation, sample, place, some);
          expect(status, `${operation.id} ${place.join('/')}`).to.equal(422);
          // A declared field with a wrong value is reported too. A name that is not reported was accepted.
          for (const { pointer } of body.errors as { pointer: string }[])
            named.add(pointer.split('/').at(-1));
        }
        const letThrough = names.filter((name) => !own.has(name) && !FREE.has(name) && !named.has(name));
        expect(declaredOnly(operation, letThrough), `${operation.id} /${place.join('/')}`).to.deep.equal([]);
        bodies += 1;
      }
    }
    expect(bodies).to.be.greaterThan(50);
  });

  /** Names that the guard against card numbers rejects: it refuses such a body before its fields are validated. */
  const FREE = new Set(['number']);
  /** The undeclared names: a field of the body that accepts any text reports no fault. */
  const declaredOnly = (operation: Operation, names: readonly string[]): string[] => {
    const known = JSON.stringify(document.resolve(operation.body?.schema ?? {}));
    return names.filter((name) => !known.includes(`"${name}"`));
  };
  const assign = (operation: Operation, sample: Sample, place: readonly string[], names: readonly string[]) =>
    send(praxis, admin.accessToken, operation, {
      ...sample,
      body: changed(sample.body, place, (object) => ({
        ...(object as object),
        ...Object.fromEntries(names.map((name) => [name, 'x'])),
      })),
    });

  it('finds nothing by an always-true condition', async () => {
    const { accessToken } = await makeUser(praxis, 'admin');
    const searches = routes().filter(({ parameters }) => parameters.some(({ name }) => name === 'q'));
    expect(searches.length).to.be.greaterThan(2);
    for (const operation of searches)
      for (const q of [`' OR '1'='1`, `%`, `_`, `\\`, `%' --`, `' OR true --`]) {
        const { status, body } = await send(praxis, accessToken, operation, {
          ...sampleOf(operation),
          query: { q },
        });
        expect([status, body.items], `${operation.id} ${q}`).to.deep.equal([200, []]);
      }
  });

  it('is never executed, in a path, a query, a header or a text of a body', async () => {
    const schema = await catalogOf(praxis.ownerUrl);
    const count = 'SELECT count(*)::int AS count FROM users';
    const [before] = await rowsOf<{ count: number }>(praxis.ownerUrl, count);
    let [calls, slowest, turn] = [0, 0, 0];
    /** Each place gets the next three of the list, so that every text is tried often, but not at every place. */
    const nextOf = (list: readonly string[]): string[] => {
      turn += 3;
      return [0, 1, 2].map((offset) => list[(turn + offset) % list.length]!);
    };
    const attempt = async (
      operation: Operation,
      sample: Sample,
      token: string | undefined,
    ): Promise<void> => {
      const startedAt = performance.now();
      const { status, text } = await send(praxis, token, operation, sample);
      slowest = Math.max(slowest, performance.now() - startedAt);
      calls += 1;
      expect(status, `${operation.id} ${JSON.stringify(sample)} ${text}`).to.be.lessThan(500);
      expect(text).not.to.match(/root:x:|\$argon2|syntax error at|pg_catalog/);
    };
    for (const operation of document.operations) {
      // Sessions end and people are erased during the test, so each route gets a live session.
      const token = operation.needsToken ? (await openSession(praxis, admin)).accessToken : undefined;
      const sample = sampleOf(operation);
      for (const { name, in: place } of operation.parameters)
        if (place !== 'header')
          for (const text of nextOf(INJECTIONS))
            await attempt(operation, { ...sample, [place]: { ...sample[place], [name]: text } }, token);
      for (const place of placesOf(sample.body, 'text'))
        for (const text of nextOf(INJECTIONS))
          await attempt(operation, { ...sample, body: changed(sample.body, place, () => text) }, token);
      const header = HEADERS[turn % HEADERS.length]!;
      for (const text of nextOf(HEADER_INJECTIONS))
        await attempt(
          operation,
          { ...sample, headers: { ...sample.headers, [header]: text } },
          header === 'Authorization' ? undefined : token,
        );
      if (operation.id === 'eraseProfile') admin = await makeUser(praxis, 'admin');
    }
    expect(calls).to.be.greaterThan(800);
    expect(slowest).to.be.lessThan((SLEEP_S * 1_000) / 2);
    expect(await catalogOf(praxis.ownerUrl)).to.deep.equal(schema);
    const [after] = await rowsOf<{ count: number }>(praxis.ownerUrl, count);
    expect(after!.count).to.be.at.least(before!.count);
    expect(praxis.logLines.filter((line) => line.includes('"msg":"fault"'))).to.deep.equal([]);
  });
});
