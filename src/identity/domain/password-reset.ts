import { DAY, HOUR, plus } from '../../kernel/clock.js';
import { tokenExpired, tokenUsed } from './errors.js';

const LIFE_MS = HOUR;
const INVITATION_LIFE_MS = 7 * DAY;

export const PASSWORD_RESET_ENDS = ['used', 'superseded', 'unknown-address'] as const;
export type PasswordResetEnd = (typeof PASSWORD_RESET_ENDS)[number];

/** An invitation is a reset before there was a password; it lives longer and its mail says something else. */
export type PasswordResetKind = 'reset' | 'invitation';

declare const brand: unique symbol;
type State = {
  id: string;
  kind: PasswordResetKind;
  email: string;
  /** Whose password it resets; null until the mail is on its way, for the request itself looks nobody up. */
  userId: string | null;
  createdAt: Date;
  expiresAt: Date;
  endedAt: Date | null;
  endReason: PasswordResetEnd | null;
};
export type PasswordReset = Readonly<State> & { readonly [brand]: 'PasswordReset' };

export function restorePasswordReset(state: State): PasswordReset {
  const { id, kind, email, userId, createdAt, expiresAt, endedAt, endReason } = state;
  const sound =
    expiresAt > createdAt &&
    (endedAt === null) === (endReason === null) &&
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

/** Lives for one hour. */
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

/** Lives for seven days. */
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

/** Gone `token-used` or `token-expired` unless it still waits. */
export function assertResetWaiting(reset: PasswordReset, now: Date): void {
  if (reset.endedAt !== null) throw tokenUsed();
  if (reset.expiresAt <= now) throw tokenExpired();
}

export const assignReset = (reset: PasswordReset, userId: string): PasswordReset =>
  restorePasswordReset({ ...reset, userId });

/** An ended one stays as it is. */
export const endReset = (reset: PasswordReset, reason: PasswordResetEnd, now: Date): PasswordReset =>
  reset.endedAt === null ? restorePasswordReset({ ...reset, endedAt: now, endReason: reason }) : reset;
