import type { Mail, Mailer } from '../../../src/kernel/mail.js';

/** Stores the mails instead of sending them. */
export class FakeMailer implements Mailer {
  readonly sent: Mail[] = [];
  /** Thrown by the next call, once. */
  failure: Error | undefined;

  send(mail: Mail): Promise<void> {
    const { failure } = this;
    this.failure = undefined;
    if (failure !== undefined) return Promise.reject(failure);
    this.sent.push(mail);
    return Promise.resolve();
  }

  /** The token of the newest mail's link. */
  get token(): string {
    const token = /\?token=(\S+)$/m.exec(this.sent.at(-1)?.text ?? '')?.[1];
    if (token === undefined) throw new Error('no mail with a token has been sent');
    return token;
  }
}
