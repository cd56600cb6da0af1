import type { z } from 'zod';
import type { Page, PageRequest } from '../../../kernel/page.js';
import type { Printed } from '../../../kernel/printed.js';
import type { RateLimitPolicy } from '../rate-limits/rate-limits.js';
import type { Upload, UploadRules } from '../requests/upload.js';

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** The least role that may call a route. `anyone` needs no sign-in. Admins may do all that staff may. */
export type Access = 'anyone' | 'member' | 'staff' | 'admin';

/** Who calls, as the session behind the access token says at this very moment. */
export type Principal = Readonly<{
  userId: string;
  sessionId: string;
  role: 'member' | 'staff' | 'admin';
  emailVerified: boolean;
}>;

/** Where a request comes from; `ip` is the peer's unless the proxy in front is trusted, `userAgent` may be empty. */
export type Client = Readonly<{ ip: string; userAgent: string }>;

/**
 * The version a change was made from (`If-Match`): null accepts whatever is there (`*`),
 * undefined says that the client named none, which only routes that merely honour it see.
 */
export type ExpectedVersion = number | null | undefined;

type Shape = z.ZodObject | undefined;
type Schema = z.ZodType | undefined;
type Output<S> = S extends z.ZodType ? z.output<S> : undefined;
type Caller<A extends Access> = A extends 'anyone' ? Principal | null : Principal;

export type Request<Params, Query, Body, Actor> = Readonly<{
  params: Params;
  query: Query;
  body: Body;
  actor: Actor;
  /** Present on lists. */
  page: PageRequest;
  /** The body of a route that declares `upload`; empty elsewhere. */
  upload: Upload;
  expectedVersion: ExpectedVersion;
  client: Client;
}>;

/**
 * Limits a route beyond the general one, by who calls: the network or site of the request (`RateLimitKeys`), or the
 * signed-in user. Nothing in the body may be a key: a stranger who names it would use up the limit of its owner.
 */
export type RouteLimit = Readonly<{
  policy: RateLimitPolicy;
  by: 'network' | 'site' | 'user';
  /** Counts guesses alone: those of the requests with `field` that end in the problem `code`. */
  guesses?: Readonly<{ field: string; code: string }>;
}>;

/** A valid request, from which the document draws its examples and the tests their calls. */
export type RouteExample = Readonly<{
  params?: Readonly<Record<string, string>>;
  query?: Readonly<Record<string, string>>;
  body?: unknown;
  reply?: unknown;
}>;

type Common<Params extends Shape, Query extends Shape, Body extends Schema, A extends Access> = Readonly<{
  method: Method;
  /** Parameters in braces, as in OpenAPI: `/v1/sessions/{id}`. */
  path: `/${string}`;
  operationId: string;
  tag: string;
  summary: string;
  description?: string;
  allow: A;
  /** On an `anyone` route: reads a bearer token where there is one. Without it credentials are not looked at. */
  identify?: boolean;
  params?: Params;
  query?: Query;
  body?: Body;
  /** The body is a file of this kind, not JSON: it is spooled, never held in memory, and read as `request.upload`. */
  upload?: UploadRules;
  /** The body may be left out, and with it its content type. */
  bodyOptional?: boolean;
  /** POST accepts an Idempotency-Key everywhere; `required` refuses requests without one. */
  idempotency?: 'required';
  /** PATCH and PUT need If-Match unless this says otherwise; other methods honour it where this says so. */
  precondition?: 'required' | 'honoured' | 'none';
  limits?: readonly RouteLimit[];
  /**
   * Refuses a body that holds what looks like a card number or a security code, before anything else looks at it:
   * 422 `pan-forbidden`. For every body that is about cards or payments (PCI DSS: what is never taken cannot leak).
   */
  rejectCardNumbers?: boolean;
  /** Codes beyond those that follow from the declaration. */
  problems?: readonly string[];
  example?: RouteExample;
}>;

/** A reply under another status than its route's first: one of the route's `alsoStatus`. */
export class ReplyWithStatus<Reply> {
  constructor(
    readonly status: 200 | 202,
    readonly reply: Reply,
  ) {}
}

/** What a handler answers when the thing was there already (200), or when it is still under way (202). */
export const repliedWith = <Reply>(status: 200 | 202, reply: Reply): ReplyWithStatus<Reply> =>
  new ReplyWithStatus(status, reply);

/** Where the thing is found from now on; the query is carried over. */
export class PermanentRedirect {
  constructor(readonly path: string) {}
}

/** What a handler answers on a route that `moves` when another address has taken the place of this one: 308. */
export const movedTo = (path: string): PermanentRedirect => new PermanentRedirect(path);

/** A reply in another media type. */
export type Alternative<Reply> = Readonly<{
  write(reply: Reply): string;
  /** What a browser saves it as. */
  fileName: string;
}>;

type SingleReply<Deps, Params, Query, Body, Reply, A extends Access> = Readonly<{
  status: 200 | 201 | 202;
  /** Other successes, with the same reply; the handler chooses one by `repliedWith`. */
  alsoStatus?: readonly (200 | 202)[];
  reply: Reply;
  /** Where what was created can be found (201); `params` are those of the path. */
  location?: (reply: Output<Reply>, params: Readonly<Record<string, string>>) => string;
  /** The answer holds secrets: no cache may keep it. */
  secret?: boolean;
  /** What is asked for may have another address by now: the handler may answer `movedTo` (308, RFC 9110 §15.4.9). */
  moves?: boolean;
  /** Other media types the same reply is written in, for clients that prefer one by `Accept`. JSON for everybody else. */
  alternatives?: Readonly<Record<string, Alternative<Output<Reply>>>>;
  handle(
    request: Request<Params, Query, Body, Caller<A>>,
    deps: Deps,
  ): Promise<Output<Reply> | ReplyWithStatus<Output<Reply>> | PermanentRedirect | Printed>;
  /**
   * Answers a retry of a request whose work was settled after a crash: `reference` is what its use case held the
   * Idempotency-Key with. Needed where a use case calls `idempotencyKey.reserve`.
   */
  resume?(
    request: Request<Params, Query, Body, Caller<A>>,
    deps: Deps,
    reference: string,
  ): Promise<Output<Reply> | ReplyWithStatus<Output<Reply>>>;
}>;

type ListReply<Deps, Params, Query, Body, Item, A extends Access> = Readonly<{
  status: 200;
  items: Item;
  handle(request: Request<Params, Query, Body, Caller<A>>, deps: Deps): Promise<Page<Output<Item> | Printed>>;
}>;

type EmptyReply<Deps, Params, Query, Body, A extends Access> = Readonly<{
  status: 202 | 204;
  handle(request: Request<Params, Query, Body, Caller<A>>, deps: Deps): Promise<void>;
}>;

/** A reply that is text of another media type than JSON and has no schema: a calendar, a feed. */
type TextReply<Deps, Params, Query, Body, A extends Access> = Readonly<{
  status: 200;
  contentType: `text/${string}` | `application/${string}`;
  /** What a browser saves it as; without it, the browser shows it. */
  fileName?: string;
  /** Carries an ETag of its text, so that readers who come again hear 304 until it changes. */
  conditional?: boolean;
  handle(request: Request<Params, Query, Body, Caller<A>>, deps: Deps): Promise<string>;
}>;

/** A route as the platform sees it: what it needs of the container is resolved from the cradle that it is handed. */
export type Route = Common<Shape, Shape, Schema, Access> &
  Readonly<{
    status: 200 | 201 | 202 | 204;
    alsoStatus?: readonly (200 | 202)[];
    reply?: z.ZodType;
    items?: z.ZodType;
    location?: (reply: never, params: Readonly<Record<string, string>>) => string;
    secret?: boolean;
    moves?: boolean;
    contentType?: string;
    fileName?: string;
    conditional?: boolean;
    alternatives?: Readonly<Record<string, Alternative<never>>>;
    handle(request: Request<never, never, never, never>, deps: never): Promise<unknown>;
    resume?(request: Request<never, never, never, never>, deps: never, reference: string): Promise<unknown>;
  }>;

/**
 * Declares one route. The object feeds @koa/router, the validation, the OpenAPI document, the authorization matrix
 * and the fuzzer; the handler translates between HTTP and one use case, in a few lines.
 */
export const defineRoute =
  <Deps extends object>() =>
  <
    A extends Access,
    Params extends Shape = undefined,
    Query extends Shape = undefined,
    Body extends Schema = undefined,
    Reply extends Schema = undefined,
    Item extends Schema = undefined,
  >(
    route: Common<Params, Query, Body, A> &
      (
        | SingleReply<Deps, Output<Params>, Output<Query>, Output<Body>, Reply, A>
        | ListReply<Deps, Output<Params>, Output<Query>, Output<Body>, Item, A>
        | TextReply<Deps, Output<Params>, Output<Query>, Output<Body>, A>
        | EmptyReply<Deps, Output<Params>, Output<Query>, Output<Body>, A>
      ),
  ): Route =>
    route as unknown as Route;
