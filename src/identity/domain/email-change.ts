import { DAY, plus } from '../../kernel/clock.js';
import { isMailTokenSound, type MailTokenState } from './mail-token.js';

const LIFE_MS = DAY;

export const EMAIL_CHANGE_ENDS = ['confirmed', 'superseded', 'known-address'] as const;
export type EmailChangeEnd = (typeof EMAIL_CHANGE_ENDS)[number];

declare const brand: unique symbol;
type State = MailTokenState<EmailChangeEnd> & {
  userId: string;
  /** The user's address at the time of the request; it receives the notices. */
  oldEmail: string;
  newEmail: string;
};
/** A request to change the address, pending until the user confirms it with the mailed token. */
export type EmailChange = Readonly<State> & { readonly [brand]: 'EmailChange' };

export function restoreEmailChange(state: State): EmailChange {
  const { id, userId, oldEmail, newEmail, createdAt, expiresAt, endedAt, endReason } = state;
  const sound = isMailTokenSound(state) && newEmail !== oldEmail;
  if (!sound) throw new Error(`corrupt email change ${id}`);
  return Object.freeze({
    id,
    userId,
    oldEmail,
    newEmail,
    createdAt,
    expiresAt,
    endedAt,
    endReason,
  }) as EmailChange;
}

/** Valid for 24 hours. The addresses are parsed already, and different. */
export const newEmailChange = (
  request: Readonly<{ id: string; userId: string; oldEmail: string; newEmail: string }>,
  now: Date,
): EmailChange =>
  restoreEmailChange({
    ...request,
    createdAt: now,
    expiresAt: plus(now, LIFE_MS),
    endedAt: null,
    endReason: null,
  });

/** Returns an ended one unchanged. */
export const endEmailChange = (change: EmailChange, reason: EmailChangeEnd, now: Date): EmailChange =>
  change.endedAt === null ? restoreEmailChange({ ...change, endedAt: now, endReason: reason }) : change;
