import { createHash, randomUUID } from 'node:crypto';
import { open, unlink, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Context } from 'koa';
import { ProtocolError } from '../replies/protocol-error.js';
import type { UploadPlace, UploadQueue, UploadQueueLimits } from './upload-queue.js';

export type UploadRules = Readonly<{
  contentType: `text/${string}`;
  limitBytes: number;
  queue: UploadQueueLimits;
}>;

/** An uploaded file. It can be read repeatedly until the request is answered. */
export type Upload = Readonly<{
  /** Lower-case hexadecimal digest of the received bytes. */
  sha256: string;
  sizeBytes: number;
  /** Reads the file from its beginning, in chunks of at most 64 KiB. */
  chunks(): AsyncIterable<Uint8Array>;
}>;

export const NO_UPLOAD: Upload = {
  sha256: '',
  sizeBytes: 0,
  chunks: () => toAsync([]),
};

async function* toAsync(pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) yield await Promise.resolve(piece);
}

const MEGABYTE = 1_000_000;
export const megabytes = (bytes: number): string => `${bytes / MEGABYTE} MB`;

const RETRY_AFTER_SECONDS = 10;
const PIECE_BYTES = 64 * 1024;
const OWNER_ONLY = 0o600;

async function* piecesOf(file: FileHandle, sizeBytes: number): AsyncGenerator<Uint8Array> {
  for (let position = 0; position < sizeBytes;) {
    // A new buffer for each chunk, because the reader may keep it.
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(PIECE_BYTES), 0, PIECE_BYTES, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

const tooLarge = (limitBytes: number) =>
  new ProtocolError('body-too-large', `The body is larger than ${megabytes(limitBytes)}.`);

function assertAcceptable(context: Context, { contentType, limitBytes }: UploadRules): void {
  if (context.is(contentType) !== contentType)
    throw new ProtocolError('unsupported-media-type', `The body must be ${contentType}.`);
  const encoding = context.get('content-encoding');
  if (encoding !== '' && encoding !== 'identity')
    throw new ProtocolError('unsupported-media-type', 'Send the file as it is, without a content encoding.');
  if (Number(context.get('content-length') || 0) > limitBytes) throw tooLarge(limitBytes);
}

/** Reads the body in chunks; returns its size. */
async function read(
  context: Context,
  limitBytes: number,
  take: (piece: Buffer) => unknown = () => undefined,
): Promise<number> {
  let sizeBytes = 0;
  try {
    // Leaving the loop early must not destroy the request, because the response uses the same connection.
    for await (const piece of context.req.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      sizeBytes += piece.length;
      if (sizeBytes > limitBytes) throw tooLarge(limitBytes);
      await take(piece);
    }
    return sizeBytes;
  } catch (error) {
    if (error instanceof ProtocolError || !context.req.readableAborted) throw error;
    throw new ProtocolError('malformed-request', 'The body does not arrive as its headers announce it.');
  }
}

/** Writes the body to `file` and computes its digest. */
async function spool(context: Context, file: FileHandle, limitBytes: number) {
  const digest = createHash('sha256');
  const sizeBytes = await read(context, limitBytes, (piece) => {
    digest.update(piece);
    return file.writeFile(piece);
  });
  return { sha256: digest.digest('hex'), sizeBytes };
}

const tooBusy = () =>
  new ProtocolError('unavailable', 'Too many files are being taken in right now.', {
    retryAfterSeconds: RETRY_AFTER_SECONDS,
  });

/** Throws `unavailable` when no place is free. It reads the body first, because a client that still sends would see a reset. */
async function takePlace(context: Context, queue: UploadQueue, limitBytes: number): Promise<UploadPlace> {
  const place = queue.enter();
  if (place !== undefined) return place;
  await read(context, limitBytes);
  throw tooBusy();
}

/**
 * Receives the body into a temporary file that is unlinked before the first byte is written, so that a killed process
 * leaves nothing behind. `work` starts when the upload is next in `queue`; until then it uses no database connection.
 * Throws `unsupported-media-type` (415), `body-too-large` (413),
 * `malformed-request` (400) or `unavailable` (503); after any of them the connection closes.
 */
export async function receiveUpload<Result>(
  context: Context,
  rules: UploadRules,
  queue: UploadQueue,
  work: (upload: Upload) => Promise<Result>,
): Promise<Result> {
  let file: FileHandle | undefined;
  let place: UploadPlace | undefined;
  try {
    let upload: Upload;
    try {
      assertAcceptable(context, rules);
      place = await takePlace(context, queue, rules.limitBytes);
      const path = join(tmpdir(), `praxis-upload-${randomUUID()}`);
      file = await open(path, 'wx+', OWNER_ONLY);
      await unlink(path);
      const spooled = file;
      const { sha256, sizeBytes } = await spool(context, spooled, rules.limitBytes);
      upload = { sha256, sizeBytes, chunks: () => piecesOf(spooled, sizeBytes) };
    } catch (error) {
      context.set('Connection', 'close');
      throw error;
    }
    await place.turn();
    if (context.req.socket.destroyed) throw tooBusy(); // the client has disconnected
    return await work(upload);
  } finally {
    place?.leave();
    await file?.close();
  }
}
