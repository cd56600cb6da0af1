import { randomBytes } from 'node:crypto';
import { v7 } from 'uuid';
import type { IdGenerator } from '../../kernel/ids.js';

const ID_BYTES = 16;
const COUNTER_BITS = 32;

/** UUIDv7 with a counter inside the millisecond (RFC 9562 §6.2, method 1): ids made later by one process sort later. */
export function makeUuidGenerator(nowMs: () => number = Date.now): IdGenerator {
  let msecs = Number.NEGATIVE_INFINITY;
  let seq = 0;

  return {
    next() {
      const random = randomBytes(ID_BYTES);
      const now = nowMs();
      if (now > msecs) {
        msecs = now;
        // The counter starts in the lower half, so that it can count up.
        seq = random.readUInt32BE(6) >>> 1;
      } else {
        seq = (seq + 1) % 2 ** COUNTER_BITS;
        if (seq === 0) msecs += 1;
      }
      return v7({ random, msecs, seq });
    },
  };
}

export const uuidGenerator: IdGenerator = makeUuidGenerator();
