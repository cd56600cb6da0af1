import type { ExpectedVersion } from '../../../kernel/expected-version.js';
import type { z } from 'zod';
import type { Page, PageRequest } from '../../../kernel/page.js';
import type { SerializedJson } from '../../database/serialized-reply.js';
import type { RateLimitPolicy } from '../rate-limits/rate-limits.js';
import type { Upload, UploadRules } from '../requests/upload.js';

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** The minimum role for a route. `anyone` needs no sign-in. Admins may do everything that staff may. */
export type Access = 'anyone' | 'member' | 'staff' | 'admin';

/** The caller, read from the session of the access token at each request. */
export type Principal = Readonly<{
  userId: string;
  sessionId: string;
  role: 'member' | 'staff' | 'admin';
  emailVerified: boolean;
}>;

/** The client of a request. `ip` is the peer's address unless the proxy is trusted; `userAgent` may be empty. */
export type Client = Readonly<{ ip: string; userAgent: string }>;

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
 * A limit of a route beyond the general one, for each network or site of the client (`RateLimitKeys`) or each signed-in
 * user. A field of the body must not be a key, because a stranger could use up the limit of another person.
 */
export type RouteLimit = Readonly<{
  policy: RateLimitPolicy;
  by: 'network' | 'site' | 'user';
  /** Counts only wrong guesses: requests with `field` that end in the problem `code`. */
  guesses?: Readonly<{ field: string; code: string }>;
}>;

/** A valid request, used as the example in the OpenAPI document and by the tests. */
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
  /** On an `anyone` route: authenticates a bearer token if there is one. Without this, credentials are ignored. */
  identify?: boolean;
  params?: Params;
  query?: Query;
  body?: Body;
  /** The body is a file of this type, not JSON. It is spooled to disk and available as `request.upload`. */
  upload?: UploadRules;
  /** The request may have no body and no content type. */
  bodyOptional?: boolean;
  /** Every POST accepts an Idempotency-Key; `required` rejects requests without one. */
  idempotency?: 'required';
  /** Overrides the default meaning of If-Match: required for PATCH and PUT, ignored for other methods. */
  precondition?: 'required' | 'honoured' | 'none';
  limits?: readonly RouteLimit[];
  /**
   * Rejects a body that contains a card number or a security code before validation: 422 `pan-forbidden`. Required for
   * every body about cards or payments (PCI DSS: data that is never accepted cannot leak).
   */
  rejectCardNumbers?: boolean;
  /** Problem codes beyond those that follow from the declaration. */
  problems?: readonly string[];
  example?: RouteExample;
}>;

/** A reply with one of the route's `alsoStatus` instead of its `status`. */
export class ReplyWithStatus<Reply> {
  constructor(
    readonly status: 200 | 202,
    readonly reply: Reply,
  ) {}
}

/** Makes a handler answer with another status: 200 when the object existed already, 202 when the work continues. */
export const repliedWith = <Reply>(status: 200 | 202, reply: Reply): ReplyWithStatus<Reply> =>
  new ReplyWithStatus(status, reply);

/** The new path of the object; the query string is kept. */
export class PermanentRedirect {
  constructor(readonly path: string) {}
}

/** Makes a handler of a route with `moves` answer 308 with the new address. */
export const movedTo = (path: string): PermanentRedirect => new PermanentRedirect(path);

/** A reply in another media type. */
export type Alternative<Reply> = Readonly<{
  write(reply: Reply): string;
  /** The file name for downloads. */
  fileName: string;
}>;

type SingleReply<Deps, Params, Query, Body, Reply, A extends Access> = Readonly<{
  status: 200 | 201 | 202;
  /** Other success statuses with the same reply schema; the handler chooses one by `repliedWith`. */
  alsoStatus?: readonly (200 | 202)[];
  reply: Reply;
  /** The Location header of a 201; `params` are those of the path. */
  location?: (reply: Output<Reply>, params: Readonly<Record<string, string>>) => string;
  /** The response contains secrets: `Cache-Control: no-store`. */
  secret?: boolean;
  /** The object may have a new address: the handler may answer `movedTo` (308, RFC 9110 §15.4.9). */
  moves?: boolean;
  /** Other media types of the same reply, for clients that prefer one by `Accept`. The default is JSON. */
  alternatives?: Readonly<Record<string, Alternative<Output<Reply>>>>;
  handle(
    request: Request<Params, Query, Body, Caller<A>>,
    deps: Deps,
  ): Promise<Output<Reply> | ReplyWithStatus<Output<Reply>> | PermanentRedirect>;
  /**
   * Answers a retry after a crash, when a job has finished the work of the first request and released its key. `reference`
   * is the value that the use case passed to `idempotencyKey.reserve`; required on routes whose use case reserves the key.
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
  handle(
    request: Request<Params, Query, Body, Caller<A>>,
    deps: Deps,
  ): Promise<Page<Output<Item> | SerializedJson>>;
}>;

type EmptyReply<Deps, Params, Query, Body, A extends Access> = Readonly<{
  status: 202 | 204;
  handle(request: Request<Params, Query, Body, Caller<A>>, deps: Deps): Promise<void>;
}>;

/** A text reply without a schema, such as a calendar or a feed. */
type TextReply<Deps, Params, Query, Body, A extends Access> = Readonly<{
  status: 200;
  contentType: `text/${string}` | `application/${string}`;
  /** The file name for downloads; without it the browser displays the text. */
  fileName?: string;
  /** Sends an ETag of the text and answers 304 until the text changes. */
  conditional?: boolean;
  handle(request: Request<Params, Query, Body, Caller<A>>, deps: Deps): Promise<string>;
}>;

/**
 * A route without the types of its request. `Deps` is what its handler takes from the cradle; a context's module accepts
 * only routes whose dependencies it registers. `Route` alone is any route.
 */
export type Route<Deps = never> = Common<Shape, Shape, Schema, Access> &
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
    handle: (request: Request<never, never, never, never>, deps: Deps) => Promise<unknown>;
    resume?: (
      request: Request<never, never, never, never>,
      deps: Deps,
      reference: string,
    ) => Promise<unknown>;
  }>;

/**
 * Declares a route. The router, the validation, the OpenAPI document, the authorization matrix test and the fuzzer use
 * this one object. The handler translates between HTTP and one use case.
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
  ): Route<Deps> =>
    route as unknown as Route<Deps>;
