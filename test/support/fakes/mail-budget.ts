import type { AskedMail, MailBudget, MailSpread } from '../../../src/identity/application/ports.js';

/** Allows every mail unless `spent` is set, and records the requests. */
export class FakeMailBudget implements MailBudget {
  readonly asked: (readonly [AskedMail, string])[] = [];
  spent = false;

  allows(mail: AskedMail, email: string): Promise<boolean> {
    this.asked.push([mail, email]);
    return Promise.resolve(!this.spent);
  }
}

/** Leaves jobs as they are. */
export const noMailSpread: MailSpread = { delay: (job) => job };
