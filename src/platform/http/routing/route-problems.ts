import type { COMMON_PROBLEMS } from '../replies/problem-catalog.js';
import { preconditionOf, readsBody } from './route-handler.js';
import type { Route } from './route.js';

type CommonCode = keyof typeof COMMON_PROBLEMS;

const EVERYWHERE: readonly CommonCode[] = ['malformed-request', 'rate-limited', 'internal', 'unavailable'];
const WITH_BODY: readonly CommonCode[] = [
  'malformed-json',
  'unsupported-media-type',
  'body-too-large',
  'validation',
];

const WITH_UPLOAD: readonly CommonCode[] = ['unsupported-media-type', 'body-too-large'];

/** All problem codes of a route: those that follow from its declaration, and those that it names. */
export function problemCodesOf(route: Route): ReadonlySet<string> {
  const signedIn = route.allow !== 'anyone';
  const precondition = preconditionOf(route);
  const implied: readonly (false | readonly CommonCode[])[] = [
    EVERYWHERE,
    (signedIn || route.identify === true) && ['unauthenticated'],
    (route.allow === 'staff' || route.allow === 'admin') && ['forbidden'],
    route.params !== undefined && ['not-found'],
    readsBody(route) && WITH_BODY,
    route.upload !== undefined && WITH_UPLOAD,
    route.rejectCardNumbers === true && ['pan-forbidden'],
    route.items !== undefined && ['invalid-cursor'],
    route.method === 'post' && ['request-in-flight', 'idempotency-key-reused'],
    route.idempotency === 'required' && ['idempotency-key-required'],
    precondition !== 'none' && ['version-mismatch'],
    precondition === 'required' && ['precondition-required'],
  ];
  return new Set<string>([...implied.flatMap((codes) => codes || []), ...(route.problems ?? [])]);
}
