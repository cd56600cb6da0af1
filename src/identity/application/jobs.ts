import { HOUR } from '../../kernel/clock.js';

/** Kinds of the jobs this context puts into the outbox or has done at intervals. */
export const REGISTRATION_MAIL = 'identity.registration-mail';
export const PASSWORD_RESET_MAIL = 'identity.password-reset-mail';
export const PURGE = 'identity.purge';

export const PURGE_EVERY_MS = 6 * HOUR;
