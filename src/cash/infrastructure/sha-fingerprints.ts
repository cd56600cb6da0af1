import { createHash } from 'node:crypto';
import type { Fingerprints } from '../application/bank-ports.js';

export const makeShaFingerprints = (): Fingerprints => ({
  of: (text) => createHash('sha256').update(text, 'utf8').digest('hex'),
});
