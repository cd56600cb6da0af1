import { MINUTE } from '../../kernel/clock.js';

/** The kinds of the recurring jobs of this context. */
export const EXPIRE_HOLDS = 'cash.expire-holds';
export const MOVE_CHECKPOINTS = 'cash.move-checkpoints';

export const EXPIRE_HOLDS_EVERY_MS = MINUTE;
export const MOVE_CHECKPOINTS_EVERY_MS = 5 * MINUTE;
