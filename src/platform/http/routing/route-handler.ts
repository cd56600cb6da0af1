import type { AwilixContainer } from 'awilix';
import type { Context } from 'koa';
import { z } from 'zod';
import { DomainError } from '../../../kernel/errors.js';
import type { Page } from '../../../kernel/page.js';
import { SerializedJson } from '../../database/serialized-reply.js';
import {
  emptyAnswer,
  fileAnswer,
  jsonAnswer,
  send,
  serializedAnswer,
  textAnswer,
  type Answer,
} from '../replies/answer.js';
import { authorize, type Authenticate } from './authorization.js';
import { hasBody, readJsonBody } from '../requests/body.js';
import { canonicalJson } from '../requests/canonical.js';
import type { CursorCodec } from '../requests/cursor.js';
import { readExpectedVersion } from '../requests/etag.js';
import { problemAnswer, type ProblemOptions } from '../replies/error-boundary.js';
import { readIdempotencyKey } from '../idempotency/idempotency-key.js';
import type { Idempotency } from '../idempotency/idempotency.js';
import { setPendingHeader, varyingBy } from '../replies/pending-headers.js';
import { enforceLimit } from '../rate-limits/limit-headers.js';
import { nextPage, readPage } from '../requests/paging.js';
import { assertNoCardNumbers } from '../requests/card-number-guard.js';
import { parseBody, parseParams, parseQuery, readQuery } from '../requests/parse.js';
import { rateLimitKeys } from '../rate-limits/rate-limit-keys.js';
import type { RateLimitCounter, RateLimits } from '../rate-limits/rate-limits.js';
import {
  PermanentRedirect,
  ReplyWithStatus,
  type Alternative,
  type Client,
  type Principal,
  type Request,
  type Route,
} from './route.js';
import { pageParameters } from '../requests/schemas.js';
import { TURN_UNITS, type Turns } from '../server/turns.js';
import { makeUploadQueue } from '../requests/upload-queue.js';
import { NO_UPLOAD, receiveUpload, type UploadRules } from '../requests/upload.js';

export type RouteServices = Readonly<{
  container: AwilixContainer;
  /** The use cases of GET requests without a sign-in, which may read from replicas. */
  anonymousReads: AwilixContainer;
  authenticate: Authenticate;
  idempotency: Idempotency;
  cursorCodec: CursorCodec;
  rateLimits: RateLimits;
  turns: Turns;
  problems: ProblemOptions;
  /** Compares every serialized reply with its schema (for tests); one that differs is answered with 500. */
  validateReplies: boolean;
}>;

const MAX_USER_AGENT = 256;

const hasField = (body: unknown, field: string): boolean =>
  typeof body === 'object' && body !== null && Object.hasOwn(body, field);

const UNPRINTABLE = /[^\x20-\x7e]/g;

export const clientOf = (context: Context): Client => ({
  ip: context.ip,
  userAgent: context.get('user-agent').slice(0, MAX_USER_AGENT).replace(UNPRINTABLE, '?'),
});

/** A refused payment is the only error that is stored under the key, because its order exists (API contract: 402). */
const isRefusedPayment = (error: unknown): boolean =>
  error instanceof DomainError && error.kind === 'payment_refused';

/** A route without a body schema accepts only an empty object. */
const NO_FIELDS = z.strictObject({});

const changes = (route: Route): boolean => route.method === 'patch' || route.method === 'put';

/** The meaning of `If-Match` for a route: PATCH and PUT require it by default, other methods ignore it by default. */
export const preconditionOf = (route: Route): 'required' | 'honoured' | 'none' =>
  route.precondition ?? (changes(route) ? 'required' : 'none');

/** Whether a body is read as JSON. */
export const readsBody = (route: Route): boolean =>
  route.method !== 'get' && route.method !== 'delete' && route.upload === undefined;

const queuedUpload = (rules: UploadRules | undefined) =>
  rules && { rules, queue: makeUploadQueue(rules.queue) };

type AnyRequest = Request<unknown, unknown, unknown, Principal | null>;

/** Makes the handler of a route. Prepares everything that does not depend on the request. */
export function makeRouteHandler(route: Route, services: RouteServices): (context: Context) => Promise<void> {
  const { operationId } = route;
  const isList = route.items !== undefined;
  const querySchema = z.strictObject({ ...route.query?.shape, ...(isList && pageParameters) });
  const replySchema = route.items ?? route.reply;
  const precondition = preconditionOf(route);
  const handle = route.handle.bind(route) as unknown as (
    request: AnyRequest,
    deps: object,
  ) => Promise<unknown>;
  const resume = (request: AnyRequest, cradle: object, reference: string): Promise<unknown> => {
    if (route.resume === undefined) throw new Error(`${operationId} holds keys but does not resume`);
    const resumeRoute = route.resume.bind(route) as unknown as (
      request: AnyRequest,
      deps: object,
      reference: string,
    ) => Promise<unknown>;
    return resumeRoute(request, cradle, reference);
  };
  const locate = route.location as
    ((reply: unknown, params: Readonly<Record<string, string>>) => string) | undefined;
  const alternatives = (route.alternatives ?? {}) as Readonly<Record<string, Alternative<unknown>>>;
  const otherTypes = Object.keys(alternatives);
  const varies = otherTypes.length === 0 ? 'Authorization' : 'Authorization, Accept';
  const upload = queuedUpload(route.upload);
  const deps: object = services.container.cradle;
  const anonymousDeps: object = route.method === 'get' ? services.anonymousReads.cradle : deps;
  const withoutQuery = querySchema.safeParse({});
  const cacheControl = { 'Cache-Control': route.secret === true ? 'no-store' : 'private, no-cache' };

  /** Takes a point of each limit. The returned function refunds the points of correct guesses after the request. */
  async function enforceRouteLimits(
    context: Context,
    body: unknown,
    actor: Principal | null,
  ): Promise<(failure: unknown) => Promise<void>> {
    const { limits = [] } = route;
    if (limits.length === 0) return () => Promise.resolve();
    const keys = { ...rateLimitKeys(context.ip), user: actor?.userId ?? '' };
    const guesses: (RateLimitCounter & Readonly<{ code: string }>)[] = [];
    for (const { policy, by, guesses: counted } of limits) {
      if (by === 'site' && keys.site === keys.network) continue;
      if (counted !== undefined && !hasField(body, counted.field)) continue;
      enforceLimit(context, policy.name, await services.rateLimits.take(policy, keys[by]));
      if (counted !== undefined) guesses.push({ policy, key: keys[by], code: counted.code });
    }
    return async (failure) => {
      const code = failure instanceof DomainError ? failure.code : undefined;
      const right = guesses.filter((guess) => guess.code !== code);
      if (right.length > 0) await services.rateLimits.refund(right);
    };
  }

  const awaitTurnFor = (context: Context, bytes: number): Promise<void> =>
    services.turns.take(rateLimitKeys(context.ip).network, bytes / TURN_UNITS.bodyBytes);

  async function readBody(context: Context): Promise<unknown> {
    if (!readsBody(route)) return undefined;
    if (await hasBody(context)) return readJsonBody(context, awaitTurnFor);
    if (route.body === undefined) return undefined;
    return route.bodyOptional === true ? {} : readJsonBody(context, awaitTurnFor);
  }

  /** Keeps the fields that the schema declares. Throws when a field does not match it. */
  function pickDeclaredFields(value: unknown): unknown {
    const result = replySchema?.safeParse(value);
    if (result?.success === false)
      throw new Error(`${operationId} answers against its schema: ${result.error.message}`);
    return result?.data;
  }

  /**
   * Fields cannot be picked from serialized JSON: its SQL statement names them. Tests check that it equals, byte for
   * byte, the serialization of its declared fields.
   */
  function verifySerialized({ json }: SerializedJson): string {
    if (services.validateReplies && JSON.stringify(pickDeclaredFields(JSON.parse(json))) !== json)
      throw new Error(`${operationId} serializes a reply that differs from its schema: ${json}`);
    return json;
  }

  /** The alternative media type that the client prefers to JSON, if the route has one. */
  function preferredType(context: Context): string | undefined {
    if (otherTypes.length === 0) return undefined;
    const preferred = context.accepts(['application/json', ...otherTypes]);
    return typeof preferred === 'string' && preferred in alternatives ? preferred : undefined;
  }

  function toAnswer(context: Context, raw: Readonly<Record<string, string>>, result: unknown): Answer {
    const { contentType: textType, fileName } = route;
    if (textType !== undefined && fileName !== undefined)
      return fileAnswer(route.status, { type: textType, fileName, text: String(result) }, cacheControl);
    if (textType !== undefined)
      return textAnswer(
        route.status,
        { type: textType, text: String(result), conditional: route.conditional === true },
        cacheControl,
      );
    if (result instanceof PermanentRedirect) {
      if (route.moves !== true) throw new Error(`${operationId} does not declare that it moves`);
      return { ...emptyAnswer(308), headers: { ...cacheControl, Location: result.path + context.search } };
    }
    if (replySchema === undefined) return emptyAnswer(route.status);
    if (isList) {
      const page = result as Page<unknown>;
      const { nextCursor, headers } = nextPage(
        services.cursorCodec,
        operationId,
        context.path,
        raw,
        page.next,
      );
      const items = page.items.map((item) =>
        item instanceof SerializedJson ? verifySerialized(item) : JSON.stringify(pickDeclaredFields(item)),
      );
      const json = `{"items":[${items.join()}],"nextCursor":${JSON.stringify(nextCursor)}}`;
      return serializedAnswer(route.status, json, { ...headers, ...cacheControl });
    }
    if (result instanceof ReplyWithStatus) {
      if (route.alsoStatus?.includes(result.status) !== true)
        throw new Error(`${operationId} does not declare the status ${result.status}`);
      return jsonAnswer(result.status, pickDeclaredFields(result.reply), cacheControl);
    }
    const reply = pickDeclaredFields(result);
    const type = preferredType(context);
    const alternative = type === undefined ? undefined : alternatives[type];
    if (type !== undefined && alternative !== undefined)
      return fileAnswer(
        route.status,
        { type, fileName: alternative.fileName, text: alternative.write(reply) },
        cacheControl,
      );
    return jsonAnswer(route.status, reply, {
      ...cacheControl,
      ...(locate && { Location: locate(reply, context['params'] as Record<string, string>) }),
    });
  }

  /** Runs the request under its Idempotency-Key, or repeats the response of an equal earlier request. */
  async function runIdempotently(
    context: Context,
    raw: Readonly<Record<string, string>>,
    key: string,
    request: AnyRequest,
    rawBody: unknown,
  ): Promise<Answer> {
    const opened = await services.idempotency.open({
      key,
      caller: request.actor?.userId ?? 'anonymous',
      operation: operationId,
      // An uploaded file counts by its digest: the same file again is the same request.
      fingerprint: canonicalJson([
        context.path,
        raw,
        route.upload === undefined ? rawBody : request.upload.sha256,
      ]),
    });
    const replay = (answer: Answer): Answer => {
      context.set('Idempotent-Replayed', 'true');
      return answer;
    };
    if ('replay' in opened) return replay(opened.replay);
    const { call } = opened;
    try {
      if ('reference' in opened) {
        const settled = toAnswer(context, raw, await resume(request, call.cradle, opened.reference));
        await call.settleWith(settled);
        return settled;
      }
      const result = await handle(request, call.cradle);
      const finished = await call.finish(toAnswer(context, raw, result));
      return finished.replayed ? replay(finished.answer) : finished.answer;
    } catch (error) {
      const first = await call.abandon();
      if (first !== undefined) return replay(first);
      if (!isRefusedPayment(error) || !(call.held() || 'reference' in opened)) throw error;
      const refusal = problemAnswer(error, services.problems, context);
      await call.settleWith(refusal);
      return refusal;
    }
  }

  return async (context) => {
    setPendingHeader(context, 'Vary', varyingBy(context, varies));
    const actor = await authorize(context, route, services.authenticate);
    context.state['actor'] = actor;
    const params = route.params && parseParams(route.params, context['params'] as Record<string, string>);
    const { querystring } = context;
    const raw = readQuery(querystring);
    const query =
      querystring === '' && withoutQuery.success ? withoutQuery.data : parseQuery(querySchema, raw);
    const page = isList ? readPage(services.cursorCodec, operationId, raw, query) : { limit: 0 };
    const expectedVersion =
      precondition === 'none' ? undefined : readExpectedVersion(context.get('if-match'), precondition);
    const key =
      route.method === 'post'
        ? readIdempotencyKey(context.get('idempotency-key'), route.idempotency === 'required')
        : undefined;
    const rawBody = await readBody(context);
    if (route.rejectCardNumbers === true) assertNoCardNumbers(rawBody);
    const body = rawBody === undefined ? undefined : parseBody(route.body ?? NO_FIELDS, rawBody);
    const client = clientOf(context);
    const end = await enforceRouteLimits(context, body, actor);
    const asked = { params, query, body, actor, page, expectedVersion, client, upload: NO_UPLOAD };
    const answerTo = async (request: AnyRequest): Promise<Answer> =>
      key === undefined
        ? toAnswer(context, raw, await handle(request, actor === null ? anonymousDeps : deps))
        : runIdempotently(context, raw, key, request, rawBody);
    const answer = await (
      upload === undefined
        ? answerTo(asked)
        : receiveUpload(context, upload.rules, upload.queue, (file) => answerTo({ ...asked, upload: file }))
    ).catch(async (error: unknown) => {
      await end(error);
      throw error;
    });
    await end(undefined);
    send(context, answer);
  };
}
