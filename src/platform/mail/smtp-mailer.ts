import { createTransport } from 'nodemailer';
import { buildMessage } from './message.js';
import type { OwnedMailer } from './owned-mailer.js';

const TIMEOUT_MS = 10_000;

/** Delivers over pooled connections; TLS as nodemailer does it: `smtps://` from the start, `smtp://` by STARTTLS if offered. */
export function makeSmtpMailer({ url, from }: { url: string; from: string }): OwnedMailer {
  const transport = createTransport({
    url,
    pool: true,
    maxConnections: 2,
    dnsTimeout: TIMEOUT_MS,
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    async send(mail) {
      const { raw, envelope } = await buildMessage(mail, { from, eightBit: false, newline: '\r\n' });
      await transport.sendMail({ raw, envelope });
    },
    async verify() {
      await transport.verify();
    },
    close: () => transport.close(),
  };
}
