import { DomainError } from '../../kernel/errors.js';
import type { Admission, Client, HashRequester, SignInThrottle } from './ports.js';

/** Runs `attempt` when the throttle admits it. Refunds the points unless it fails with `invalid-credentials`. */
export async function throttled<Result>(
  signInThrottle: SignInThrottle,
  { email, client }: Readonly<{ email: string; client: Client }>,
  attempt: (requester: HashRequester) => Promise<Result>,
): Promise<Result> {
  const admission = await signInThrottle.admit(email, client);
  const result = await settled(admission, () => attempt({ ip: client.ip, isKnown: admission.isKnown }));
  await admission.succeed();
  return result;
}

async function settled<Result>(admission: Admission, attempt: () => Promise<Result>): Promise<Result> {
  try {
    return await attempt();
  } catch (error) {
    const guessedWrong = error instanceof DomainError && error.code === 'invalid-credentials';
    await (guessedWrong ? admission.fail() : admission.withdraw());
    throw error;
  }
}
