import { DAY, HOUR, plus } from '../../kernel/clock.js';
import { isMailTokenSound, type MailTokenState } from './mail-token.js';

const LIFE_MS = HOUR;
const INVITATION_LIFE_MS = 7 * DAY;

export const PASSWORD_RESET_ENDS = ['used', 'superseded', 'unknown-address'] as const;
export type PasswordResetEnd = (typeof PASSWORD_RESET_ENDS)[number];

/** An invitation is the reset of a user without a password. It is valid longer and has another mail. */
export type PasswordResetKind = 'reset' | 'invitation';

declare const brand: unique symbol;
type State = MailTokenState<PasswordResetEnd> & {
  kind: PasswordResetKind;
  email: string;
  /** The user; null until the mail job runs, because the request itself does not look the address up. */
  userId: string | null;
};
export type PasswordReset = Readonly<State> & { readonly [brand]: 'PasswordReset' };

export function restorePasswordReset(state: State): PasswordReset {
  const { id, kind, email, userId, createdAt, expiresAt, endedAt, endReason } = state;
  const sound =
    isMailTokenSound(state) &&
    (endReason !== 'used' || userId !== null) &&
    (kind !== 'invitation' || userId !== null);
  if (!sound) throw new Error(`corrupt password reset ${id}`);
  return Object.freeze({
    id,
    kind,
    email,
    userId,
    createdAt,
    expiresAt,
    endedAt,
    endReason,
  }) as PasswordReset;
}

/** Valid for one hour. */
export const newPasswordReset = (
  request: Readonly<{ id: string; email: string }>,
  now: Date,
): PasswordReset =>
  restorePasswordReset({
    ...request,
    kind: 'reset',
    userId: null,
    createdAt: now,
    expiresAt: plus(now, LIFE_MS),
    endedAt: null,
    endReason: null,
  });

/** Valid for seven days. */
export const newInvitation = (
  invitation: Readonly<{ id: string; email: string; userId: string }>,
  now: Date,
): PasswordReset =>
  restorePasswordReset({
    ...invitation,
    kind: 'invitation',
    createdAt: now,
    expiresAt: plus(now, INVITATION_LIFE_MS),
    endedAt: null,
    endReason: null,
  });

export const assignReset = (reset: PasswordReset, userId: string): PasswordReset =>
  restorePasswordReset({ ...reset, userId });

/** Returns an ended one unchanged. */
export const endReset = (reset: PasswordReset, reason: PasswordResetEnd, now: Date): PasswordReset =>
  reset.endedAt === null ? restorePasswordReset({ ...reset, endedAt: now, endReason: reason }) : reset;
