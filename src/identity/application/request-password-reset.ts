import type { Clock } from '../../kernel/clock.js';
import type { IdGenerator } from '../../kernel/ids.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { parseEmail } from '../domain/email-address.js';
import { newPasswordReset } from '../domain/password-reset.js';
import { PASSWORD_RESET_MAIL } from './jobs.js';
import type { IdentityPorts } from './ports.js';

/** Has a link mailed, if the address is a user's. Users are never looked at here, so nothing tells whether it is. 422 `validation`. */
export type RequestPasswordReset = (command: Readonly<{ email: string }>) => Promise<void>;

type Dependencies = Readonly<{
  identityUnitOfWork: UnitOfWork<IdentityPorts>;
  clock: Clock;
  ids: IdGenerator;
}>;

export const makeRequestPasswordReset =
  ({ identityUnitOfWork, clock, ids }: Dependencies): RequestPasswordReset =>
  async (command) => {
    const reset = newPasswordReset({ id: ids.next(), email: parseEmail(command.email) }, clock.now());
    await identityUnitOfWork.run(async ({ passwordResets, outbox }) => {
      await passwordResets.insert(reset);
      await outbox.append({ kind: PASSWORD_RESET_MAIL, payload: { resetId: reset.id } });
    });
  };
