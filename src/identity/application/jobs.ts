import { HOUR } from '../../kernel/clock.js';

/** The kinds of this context's jobs, enqueued and recurring ones. */
export const REGISTRATION_MAIL = 'identity.registration-mail';
export const PASSWORD_RESET_MAIL = 'identity.password-reset-mail';
export const EMAIL_CHANGE_MAIL = 'identity.email-change-mail';
export const EMAIL_CHANGE_NOTICE = 'identity.email-change-notice';
export const DETACH_CARD = 'identity.detach-card';
/** Payload `userId`: every context erases its data about the member (container.ts). */
export const MEMBER_ERASED = 'identity.member-erased';
export const PURGE = 'identity.purge';

export const PURGE_EVERY_MS = 6 * HOUR;
