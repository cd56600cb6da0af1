import { createHash, randomBytes } from 'node:crypto';
import type { FeedTokens } from '../application/ports.js';

/** 256 bits cannot be guessed; looked up by a hash, the time of a search tells nothing of the secret. */
const TOKEN_BYTES = 32;

export const makeFeedTokens = (): FeedTokens => ({
  make: () => randomBytes(TOKEN_BYTES).toString('base64url'),
  hash: (token) => createHash('sha256').update(token).digest('base64url'),
});
