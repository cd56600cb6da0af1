import { tokenExpired, tokenUsed } from './errors.js';

/** The state of what a mailed token confirms: a registration, a password reset or a change of the address. */
export type MailTokenState<End> = {
  id: string;
  createdAt: Date;
  expiresAt: Date;
  endedAt: Date | null;
  endReason: End | null;
};

export const isMailTokenSound = ({
  createdAt,
  expiresAt,
  endedAt,
  endReason,
}: MailTokenState<unknown>): boolean => expiresAt > createdAt && (endedAt === null) === (endReason === null);

/** Gone `token-used` or `token-expired` unless the token is pending. */
export function assertPending(
  { endedAt, expiresAt }: Readonly<{ endedAt: Date | null; expiresAt: Date }>,
  now: Date,
): void {
  if (endedAt !== null) throw tokenUsed();
  if (expiresAt <= now) throw tokenExpired();
}
