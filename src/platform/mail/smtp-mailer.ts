import { createTransport } from 'nodemailer';
import { buildMessage } from './message.js';
import type { OwnedMailer } from './owned-mailer.js';

const TIMEOUT_MS = 10_000;

/**
 * Delivers over pooled connections. `smtps://` uses TLS from the start; `smtp://` by STARTTLS, where the server offers it
 * or, with `requireTls`, always: then nothing is sent to a server that does not.
 */
export function makeSmtpMailer({
  url,
  from,
  requireTls,
}: Readonly<{ url: string; from: string; requireTls: boolean }>): OwnedMailer {
  const transport = createTransport({
    url,
    pool: true,
    requireTLS: requireTls && url.startsWith('smtp:'),
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
    sweep: () => Promise.resolve(),
    close: () => transport.close(),
  };
}
