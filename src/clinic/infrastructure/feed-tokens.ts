import { createHash, randomBytes } from 'node:crypto';
import type { FeedTokens } from '../application/ports.js';

/** 256 random bits. The lookup by hash makes its duration independent of the secret. */
const TOKEN_BYTES = 32;

export const makeFeedTokens = (): FeedTokens => ({
  make: () => randomBytes(TOKEN_BYTES).toString('base64url'),
  hash: (token) => createHash('sha256').update(token).digest('base64url'),
});
