import type { Mailer } from '../../kernel/mail.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import { emailChangedNotice, emailChangeRequestedNotice } from './email-change-mails.js';
import type { IdentityPorts } from './ports.js';

/** Notifies the old address of a requested or completed change. */
export type SendEmailChangeNotice = (
  job: Readonly<{ jobId: string; changeId: string; changed: boolean }>,
) => Promise<void>;

type Dependencies = Readonly<{
  identityUnitOfWork: UnitOfWork<IdentityPorts>;
  mailer: Mailer;
  publicUrl: string;
}>;

export const makeSendEmailChangeNotice =
  ({ identityUnitOfWork, mailer, publicUrl }: Dependencies): SendEmailChangeNotice =>
  async ({ jobId, changeId, changed }) => {
    const change = await identityUnitOfWork.run(({ emailChanges }) => emailChanges.find(changeId));
    if (change === undefined) return; // erased meanwhile: there is nobody to tell
    const mail = changed ? emailChangedNotice() : emailChangeRequestedNotice(publicUrl);
    await mailer.send({ id: jobId, to: change.oldEmail, ...mail });
  };
