import { Agent, request as httpRequest } from 'node:http';
import fc from 'fast-check';
import { seed as seedDemo } from '../../src/platform/database/migrator.js';
import { makeUser, signIn, startTestPraxis, type TestPraxis, type TestUser } from '../support/praxis.js';
import { DEMO } from '../support/server-process.js';
import { ServedDocument, type Operation, type RawDocument } from './document.js';
import { RAW, Requests, singular, type Plan, type Role } from './requests.js';
import { SeenWorld } from './world.js';

type SignedIn = Exclude<Role, 'anonymous'>;
/** A response. A test may falsify it, to check that the fuzzer notices. */
export type Answer = Readonly<{
  status: number;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  text: string;
}>;
type Sent = Readonly<{
  method: string;
  path: string;
  headers: readonly (readonly [string, string])[];
  body: string | undefined;
}>;

const RANK: Readonly<Record<string, number>> = { anyone: 0, member: 1, staff: 2, admin: 3 };
const ROLE_OF = { member: 'member', 'other member': 'member', staff: 'staff', admin: 'admin' } as const;
/** Node reads 16 KiB of headers, and a character may take twelve bytes. */
const LONGEST_PARAMETER = 400;
/** After so many calls the mails are searched for links. */
const CALLS_A_POST_ROUND = 250;
/** After so many calls the data is used up: people are erased, books closed. A fresh server makes later calls useful. */
export const CALLS_A_ROUND = 2_500;

/** A response that violates the document. */
class Broken extends Error {}

function expect(kept: boolean, promise: string): void {
  if (!kept) throw new Broken(promise);
}

const isStorable = (value: unknown): boolean => {
  if (typeof value === 'string') return value.isWellFormed() && !value.includes('\u0000');
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([name, item]) => isStorable(name) && isStorable(item));
};

const decoded = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
};

export type Tally = {
  calls: number;
  seconds: number;
  byStatus: Record<string, number>;
  operations: Set<string>;
  succeeded: Set<string>;
};
export const newTally = (): Tally => ({
  calls: 0,
  seconds: 0,
  byStatus: {},
  operations: new Set(),
  succeeded: new Set(),
});

/** Calls a running server in every role, and checks every response against the served document. */
export class Fuzzer {
  readonly requests: Requests;
  readonly #world: SeenWorld;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 4 });
  readonly #people = new Map<SignedIn, TestUser>();
  readonly #deleted = new Set<string>();
  readonly #callsBefore: number;
  #mailsRead = 0;

  constructor(
    private readonly praxis: TestPraxis,
    private readonly document: ServedDocument,
    readonly tally: Tally,
    private readonly lens: (answer: Answer) => Answer,
  ) {
    this.#callsBefore = tally.calls;
    this.requests = new Requests(document);
    this.#world = new SeenWorld(document.operations);
  }

  static async open(
    praxis: TestPraxis,
    tally: Tally,
    lens: (answer: Answer) => Answer = (answer) => answer,
  ): Promise<Fuzzer> {
    const raw = (await (await fetch(`${praxis.url}/openapi.json`)).json()) as RawDocument;
    const fuzzer = new Fuzzer(praxis, new ServedDocument(raw), tally, lens);
    await fuzzer.#lookAround();
    return fuzzer;
  }

  close(): void {
    this.#agent.destroy();
  }

  /** Reads every list and one object of each, so that later requests refer to existing objects. */
  async #lookAround(): Promise<void> {
    const reads = this.document.operations.filter(
      ({ method, allow }) => method === 'GET' && allow !== undefined,
    );
    for (const withIds of [false, true])
      for (const operation of reads.filter(({ template }) => template.includes('{') === withIds))
        for (const role of ['admin', 'member'] as const) {
          const path = operation.template.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
            this.#world.fill(`«${name === 'id' ? kindOf(operation.template, 1) : name}:0»`),
          );
          const { accessToken } = await this.#person(role);
          const sent = {
            method: 'GET',
            path,
            headers: [['Authorization', `Bearer ${accessToken}`]] as const,
            body: undefined,
          };
          this.#learn(operation, role, sent, await this.#send(sent));
        }
  }

  async #person(role: SignedIn): Promise<TestUser> {
    const there = this.#people.get(role);
    if (there !== undefined) return there;
    const isDemo = role === 'member' && this.tally.calls === this.#callsBefore;
    const made = isDemo
      ? await signIn(this.praxis, DEMO.email, DEMO.password)
      : await makeUser(this.praxis, ROLE_OF[role]);
    this.#people.set(role, made);
    if (role.endsWith('member'))
      await this.praxis.call('POST', '/v1/me/cards', {
        token: made.accessToken,
        body: { gatewayToken: 'tok_visa_4242' },
      });
    this.#world.add('user', made.id, role);
    return made;
  }

  /**
   * Whether the caller still has the role of the plan. Earlier requests may have erased people, ended sessions and
   * changed roles.
   */
  async #isStill(role: SignedIn): Promise<boolean> {
    const person = this.#people.get(role);
    if (person === undefined) return false;
    const { status, body } = await this.praxis.call('GET', '/v1/me', { token: person.accessToken });
    const still = status === 200 && body.role === ROLE_OF[role];
    if (!still) this.#people.delete(role);
    return still;
  }

  #send({ method, path, headers, body }: Sent): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const { hostname, port } = new URL(this.praxis.url);
      const bytes = body === undefined ? undefined : Buffer.from(body);
      const request = httpRequest(
        {
          hostname,
          port,
          method,
          path,
          agent: this.#agent,
          timeout: 20_000,
          headers: [
            'Host',
            `${hostname}:${port}`,
            ...headers.flat(),
            ...(bytes === undefined ? [] : ['Content-Length', String(bytes.length)]),
          ],
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => {
            resolve({
              status: response.statusCode!,
              headers: response.headers,
              text: Buffer.concat(chunks).toString(),
            });
          });
        },
      );
      request.on('timeout', () => request.destroy(new Error('no answer in 20 s')));
      request.on('error', reject);
      request.end(bytes);
    });
  }

  async #wire(plan: Plan): Promise<Sent> {
    const { role } = plan;
    const path = plan.operation.template.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
      const part = plan.path[name] ?? '';
      return typeof part === 'object'
        ? part.raw
        : encodeURIComponent(this.#world.fill(part, role).toWellFormed());
    });
    const query = plan.query.map(([name, text]) => {
      const filled = this.#world.fill(text, role).slice(0, LONGEST_PARAMETER);
      const value = filled.startsWith(RAW)
        ? filled.slice(RAW.length)
        : encodeURIComponent(filled.toWellFormed());
      return `${encodeURIComponent(name)}=${value}`;
    });
    const token = role === 'anonymous' ? undefined : (await this.#person(role)).accessToken;
    const ownAuthorization = plan.headers.some(([name]) => name === 'Authorization');
    return {
      method: plan.method,
      path: path + (query.length === 0 ? '' : `?${query.join('&')}`),
      headers: [
        ...(token === undefined || ownAuthorization ? [] : [['Authorization', `Bearer ${token}`] as const]),
        ...(plan.contentType === undefined ? [] : [['Content-Type', plan.contentType] as const]),
        ...plan.headers.map(([name, text]) => [name, this.#world.fill(text, role, path)] as const),
      ],
      body:
        plan.body === undefined
          ? undefined
          : this.#world.fill(plan.body, role, '', (value) => JSON.stringify(value).slice(1, -1)),
    };
  }

  /** Why the document does not allow the request; undefined if it does, or does not say. */
  faultOf({ parameters, body, allow, method }: Operation, plan: Plan, sent: Sent): string | undefined {
    if (allow === undefined) return undefined;
    const pairs = new URL(sent.path, 'http://praxis').search
      .slice(1)
      .split('&')
      .filter((pair) => pair !== '');
    const names = pairs.map((pair) => pair.slice(0, pair.indexOf('=')));
    if (new Set(names).size < names.length) return 'a parameter is given twice';
    for (const pair of pairs) {
      const [name, text] = [
        decoded(pair.slice(0, pair.indexOf('='))),
        decoded(pair.slice(pair.indexOf('=') + 1)),
      ];
      const declared = parameters.find((parameter) => parameter.in === 'query' && parameter.name === name);
      if (declared === undefined) return `unknown parameter ${String(name)}`;
      if (text === undefined || !this.document.allowsText(declared.schema, text))
        return `parameter ${declared.name}`;
    }
    for (const { name, in: place, required, schema } of parameters) {
      const given = sent.headers.filter(([header]) => header === name).map(([, text]) => text);
      if (place === 'query' && required && !names.includes(name)) return `no ${name}`;
      if (place === 'header' && required && given.join('').trim() === '') return `no ${name}`;
      if (
        place === 'header' &&
        given.length === 1 &&
        given[0] !== '' &&
        !this.document.allows(schema, given[0])
      )
        return name;
      const part = plan.path[name];
      if (
        place === 'path' &&
        typeof part === 'string' &&
        !this.document.allows(schema, this.#world.fill(part, plan.role))
      )
        return `path ${name}`;
    }
    if (method === 'GET' || method === 'DELETE') return undefined;
    const type = plan.contentType?.split(';')[0] ?? '';
    if (sent.body === undefined || sent.body === '') return body?.required === true ? 'no body' : undefined;
    if (!(body?.types ?? ['application/json']).includes(type)) return `content type ${type}`;
    if (type !== 'application/json') return undefined;
    try {
      const json = JSON.parse(sent.body) as unknown;
      if (!isStorable(json)) return 'NUL or a lone surrogate';
      if (body === undefined)
        return JSON.stringify(json) === '{}' ? undefined : 'a body where none is declared';
      return body.schema === undefined || this.document.allows(body.schema, json) ? undefined : 'the body';
    } catch {
      return 'a body that is not JSON';
    }
  }

  #learn(operation: Operation, role: Role, { path }: Sent, { status, headers, text }: Answer): void {
    const [pathname] = path.split('?') as [string];
    if (typeof headers['etag'] === 'string') this.#world.learnTag(pathname, headers['etag']);
    if (
      operation.allow === undefined ||
      status >= 300 ||
      text === '' ||
      !String(headers['content-type']).startsWith('application/json')
    )
      return;
    this.#world.learn(
      JSON.parse(text),
      kindOf(operation.template, operation.template.endsWith('}') ? 1 : 0),
      role === 'anonymous' ? '' : role,
    );
  }

  async #readMails(): Promise<void> {
    const mails = await this.praxis.allMails();
    for (const mail of mails.slice(this.#mailsRead))
      for (const [, token] of mail.matchAll(/token=([\w.-]+)/g)) this.#world.add('token', token!);
    this.#mailsRead = mails.length;
  }

  /** Sends one request and checks the response against every rule. */
  async check(plan: Plan): Promise<void> {
    if (this.tally.calls % CALLS_A_POST_ROUND === 0) await this.#readMails();
    const sent = await this.#wire(plan);
    let answer: Answer | undefined;
    try {
      answer = this.lens(await this.#send(sent));
      this.tally.calls += 1;
      this.tally.byStatus[answer.status] = (this.tally.byStatus[answer.status] ?? 0) + 1;
      await this.#hold(plan, sent, answer);
    } catch (error) {
      const what = `${plan.role}, ${plan.spoiled.join(' and ') || 'nothing wrong'}: ${JSON.stringify(sent)}`;
      const answered = answer === undefined ? 'nothing' : `${answer.status} ${answer.text.slice(0, 2_000)}`;
      const logged =
        answer !== undefined && answer.status >= 500 ? `\n  and logged ${this.#logged(answer)}` : '';
      throw new Error(`${(error as Error).message}\n  as ${what}\n  answered ${answered}${logged}`, {
        cause: error,
      });
    }
  }

  /** The log lines of a request. */
  #logged({ headers }: Answer): string {
    const about = this.praxis.logLines.filter((line) => line.includes(String(headers['x-request-id'])));
    return (about.find((line) => line.includes('"err"')) ?? about.join('')).slice(0, 3_000);
  }

  async #hold(plan: Plan, sent: Sent, answer: Answer): Promise<void> {
    const { status, headers, text } = answer;
    const pathIsWhole = Object.values(plan.path).every((part) => typeof part === 'string');
    const method = plan.method === 'HEAD' ? 'GET' : plan.method;
    const operation = this.document.operations.find(
      (known) => known.template === plan.operation.template && known.method === method,
    );

    if (status === 431) {
      // Node itself answers, before the request is routed.
      expect(JSON.stringify(sent.headers).length + sent.path.length > 8_000, 'headers of some KiB are read');
      return;
    }
    expect(status < 500, 'no fault of the server, and nothing out of service');
    expect(headers['x-content-type-options'] === 'nosniff', 'nosniff');
    expect(
      String(headers['content-security-policy']).includes("frame-ancestors 'none'"),
      'a content security policy',
    );
    expect(typeof headers['x-request-id'] === 'string', 'a request id');
    const contentType = headers['content-type'] ?? null;
    if (pathIsWhole || status >= 400)
      this.praxis.checker.check({
        method: plan.method,
        path: sent.path,
        status,
        contentType: contentType as string | null,
        text,
      });
    if (status === 429 || status === 503) expect(Number(headers['retry-after']) >= 1, 'Retry-After');

    if (operation === undefined) {
      if (!pathIsWhole) return;
      expect(
        status === (plan.method === 'OPTIONS' ? 204 : 405),
        '405 where the path does not know the method',
      );
      const allowed = String(headers['allow']).split(', ');
      expect(
        plan.operation.methodsOfPath.every((known) => allowed.includes(known)),
        `Allow names ${plan.operation.methodsOfPath.join()}`,
      );
      return;
    }
    const { allow = 'anyone', needsToken } = operation;
    const spoiledToken = plan.headers.some(([name]) => name === 'Authorization');
    const role = spoiledToken ? 'anonymous' : plan.role;
    if (pathIsWhole && needsToken && role === 'anonymous') expect(status === 401, '401 without a good token');
    if (
      needsToken &&
      role !== 'anonymous' &&
      status === 401 &&
      JSON.parse(text || '{"code":"unauthenticated"}').code === 'unauthenticated'
    )
      expect(!(await this.#isStill(role)), 'a good token is taken');
    if (pathIsWhole && role !== 'anonymous' && RANK[ROLE_OF[role]]! < RANK[allow]! && status !== 403)
      expect(!(await this.#isStill(role)), '403 where the role does not reach');
    const fault = this.faultOf(operation, plan, sent);
    expect(fault === undefined || status >= 400, `a refusal: ${String(fault)}`);
    this.tally.operations.add(operation.id);
    if (status >= 300) return;
    this.tally.succeeded.add(operation.id);
    this.#learn(operation, role, sent, answer);
    const [pathname] = sent.path.split('?') as [string];
    if (method === 'DELETE' && operation.template.endsWith('}')) await this.#holdGone(pathname, sent);
    if (method === 'GET') expect(!this.#deleted.has(pathname), '404 after it was deleted');
    const { location } = headers;
    if (status === 201 && typeof location === 'string' && role !== 'anonymous' && this.#canBeRead(location)) {
      const there = await this.#read(location, sent);
      expect(
        there.status === 200 || !(await this.#isStill(role)),
        `Location can be read, not ${there.status}`,
      );
    }
  }

  #read(path: string, { headers }: Sent): Promise<Answer> {
    const signedIn = headers.filter(([name]) => name === 'Authorization');
    return this.#send({ method: 'GET', path, headers: signedIn, body: undefined });
  }

  #canBeRead(path: string): boolean {
    return this.document.operations.some(
      ({ method, template }) =>
        method === 'GET' && new RegExp(`^${template.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path),
    );
  }

  /** A deleted object answers 404. One that the books need is marked as retired. */
  async #holdGone(path: string, sent: Sent): Promise<void> {
    if (!this.#canBeRead(path)) return;
    const again = await this.#read(path, sent);
    const retired = again.status === 200 && JSON.parse(again.text).isActive === false;
    if (!retired && again.status === 404) this.#deleted.add(path);
    expect(
      retired || again.status === 404 || again.status === 401,
      `404 after deleting, not ${again.status} ${again.text}`,
    );
  }
}

/**
 * The kind of object that a segment names, counted from the end: of `/v1/orders/{id}/payments` a payment, and one
 * further an order.
 */
function kindOf(template: string, skip: number): string {
  const parts = template.split('/');
  if (skip === 0) return singular(parts.at(-1)!);
  return singular(parts[parts.findLastIndex((part) => part.startsWith('{')) - 1] ?? '');
}

export type FuzzOptions = Readonly<{
  lens?: (answer: Answer) => Answer;
  calls: number;
  seed: number;
  tally?: Tally;
  /**
   * Called once for each kind of failure, and the run continues. Without it the first failure ends the run and is
   * shrunk.
   */
  onBroken?: (error: Error) => void;
}>;

/**
 * Starts a server with the demo practice and sends it `calls` requests; throws with the smallest request that shows a
 * violation.
 */
export async function fuzz({ calls, seed, tally = newTally(), onBroken, lens }: FuzzOptions): Promise<Tally> {
  const startedAt = performance.now();
  const told = new Set<string>();
  const tell = (error: unknown, { operation, method }: Plan): void => {
    if (onBroken === undefined || !(error instanceof Error)) throw error;
    const [promise] = error.message.split('\n');
    const kind = `${method} ${operation.template}: ${String(promise)}`;
    if (!told.has(kind)) onBroken(error);
    told.add(kind);
  };
  for (let done = 0, round = 0; done < calls; done += CALLS_A_ROUND, round += 1) {
    const praxis = await startTestPraxis();
    const fuzzer = await seedDemo({ url: praxis.ownerUrl }).then(() => Fuzzer.open(praxis, tally, lens));
    try {
      const report = await fc.check(
        fc.asyncProperty(fuzzer.requests.any(), (plan) =>
          fuzzer.check(plan).catch((error: unknown) => {
            tell(error, plan);
          }),
        ),
        { numRuns: Math.min(calls - done, CALLS_A_ROUND), seed: seed + round },
      );
      if (report.failed)
        throw new Error(
          `seed ${seed}, round ${round}, call ${report.numRuns}: ${String(report.errorInstance)}`,
        );
    } finally {
      fuzzer.close();
      await praxis.stop();
    }
  }
  tally.seconds += (performance.now() - startedAt) / 1_000;
  return tally;
}
