import { v7 } from 'uuid';
import type { IdGenerator } from '../../kernel/ids.js';

/** UUIDv7 with a counter inside the millisecond: ids made later by one process sort later. */
export const uuidGenerator: IdGenerator = { next: () => v7() };
