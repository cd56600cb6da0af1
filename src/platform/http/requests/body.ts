import { isUtf8 } from 'node:buffer';
import koaBodyParser from 'koa-bodyparser';
import type { Context } from 'koa';
import { findDuplicateKey } from './duplicate-keys.js';
import { ProtocolError } from '../replies/protocol-error.js';

const LIMIT_BYTES = 256 * 1024;
/** A longer body may take more than a millisecond to parse and validate. */
const LONG_BYTES = 4 * 1024;

/** Deeper than any schema of this API. Without it 40,000 nested arrays would overflow the stack of the validator. */
const MAX_DEPTH = 32;

/**
 * koa-bodyparser limits the size, compressed or not, and inflates. It returns the bytes as binary text, because its own
 * UTF-8 decoding silently replaces invalid bytes by U+FFFD.
 */
const READ_OPTIONS = {
  enableTypes: ['text'],
  extendTypes: { text: ['application/json'] },
  encoding: 'binary', // passed on to co-body and raw-body; the published types do not list it
  textLimit: String(LIMIT_BYTES),
};
const readText = koaBodyParser(READ_OPTIONS);

const malformedJson = (detail: string) => new ProtocolError('malformed-json', detail);

/** More than any schema of this API has. Thousands of names take milliseconds to build, compare and report. */
const MAX_FIELDS = 100;

/**
 * Rejects text that nests deeper than `MAX_DEPTH` or has an object of more than `MAX_FIELDS`. It scans without recursion,
 * before anything is built.
 */
function assertSmall(json: string): void {
  let depth = 0;
  const fields = new Uint32Array(MAX_DEPTH + 1);
  let inString = false;
  for (let index = 0; index < json.length; index += 1) {
    const unit = json.charCodeAt(index);
    if (inString) {
      if (unit === 0x5c) index += 1;
      else if (unit === 0x22) inString = false;
    } else if (unit === 0x22) inString = true;
    else if (unit === 0x5b || unit === 0x7b) {
      depth += 1;
      if (depth > MAX_DEPTH) throw malformedJson(`The body nests deeper than ${String(MAX_DEPTH)} levels.`);
      fields[depth] = 0;
    } else if (unit === 0x3a) {
      const count = (fields[depth] ?? 0) + 1;
      if (count > MAX_FIELDS)
        throw malformedJson(`An object in the body has more than ${String(MAX_FIELDS)} fields.`);
      fields[depth] = count;
    } else if (unit === 0x5d || unit === 0x7d) depth -= 1;
  }
}

/** Strict JSON: valid UTF-8, shallow, one value, no key twice in an object. Throws `malformed-json`. */
export function parseJson(bytes: Buffer): unknown {
  if (!isUtf8(bytes)) throw malformedJson('The body is not valid UTF-8.');
  const json = bytes.toString('utf8');
  assertSmall(json);
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw malformedJson('The body is not valid JSON.');
  }
  if (findDuplicateKey(json) !== undefined)
    throw malformedJson('An object in the body has the same key twice.');
  return value;
}

const statusOf = (error: unknown): number | undefined =>
  typeof error === 'object' && error !== null && 'status' in error && typeof error.status === 'number'
    ? error.status
    : undefined;

function readFault(error: unknown): unknown {
  const status = statusOf(error);
  if (status === 413) return new ProtocolError('body-too-large', 'The body is larger than 256 KiB.');
  if (status === 415)
    return new ProtocolError('unsupported-media-type', 'The content encoding is not understood.');
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (status === 400 || (typeof code === 'string' && (code.startsWith('Z_') || code === 'ECONNABORTED')))
    return new ProtocolError('malformed-request', 'The body does not arrive as its headers announce it.');
  return error;
}

/** Whether the body is empty. Reads a first byte, so a body that is not empty cannot be read afterwards. */
const endsAtOnce = ({ req }: Context): Promise<boolean> =>
  new Promise((resolve, reject) => {
    const cutOff = (): void => {
      reject(new ProtocolError('malformed-request', 'The body does not arrive as its headers announce it.'));
    };
    if (req.readableEnded) resolve(true);
    // A request that was aborted before emits no further events.
    else if (req.destroyed) cutOff();
    req.once('close', cutOff);
    req.once('readable', () => {
      resolve(req.read() === null);
    });
    req.once('end', () => {
      resolve(true);
    });
    req.once('error', reject);
  });

/**
 * Whether the request has a body. Some clients and proxies send an empty chunked body instead of none, so an empty body
 * without a content type counts as none.
 */
export async function hasBody(context: Context): Promise<boolean> {
  if (Number(context.get('content-length') || 0) > 0) return true;
  if (context.get('transfer-encoding') === '') return false;
  // A non-empty body without a content type is rejected anyway, so it may be lost here.
  return context.get('content-type') !== '' || !(await endsAtOnce(context));
}

/**
 * Reads a JSON body. Throws `unsupported-media-type` (415), `body-too-large` (413), `malformed-json` or
 * `malformed-request` (400); after any of them the rest of the body is not read and the connection closes.
 * `awaitTurn` is asked before a long body is parsed.
 */
export async function readJsonBody(
  context: Context,
  awaitTurn: (context: Context, bytes: number) => Promise<void>,
): Promise<unknown> {
  if (!context.is('application/json')) {
    context.set('Connection', 'close');
    throw new ProtocolError('unsupported-media-type', 'The body must be application/json.');
  }
  try {
    await readText(context, () => Promise.resolve());
  } catch (error) {
    context.set('Connection', 'close');
    throw readFault(error);
  }
  const body: unknown = context.request.body;
  const bytes = Buffer.from(typeof body === 'string' ? body : '', 'binary');
  if (bytes.length > LONG_BYTES) await awaitTurn(context, bytes.length);
  return parseJson(bytes);
}
