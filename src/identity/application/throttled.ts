import { DomainError } from '../../kernel/errors.js';
import type { SignInThrottle } from './ports.js';

/** Runs `attempt` against a point of the throttle; only an attempt that fails on the credentials keeps it. */
export async function throttled<Result>(
  signInThrottle: SignInThrottle,
  { email, ip }: Readonly<{ email: string; ip: string }>,
  attempt: () => Promise<Result>,
): Promise<Result> {
  await signInThrottle.take(email, ip);
  let result;
  try {
    result = await attempt();
  } catch (error) {
    const guessedWrong = error instanceof DomainError && error.code === 'invalid-credentials';
    if (!guessedWrong) await signInThrottle.giveBack(email, ip);
    throw error;
  }
  await signInThrottle.giveBack(email, ip);
  return result;
}
