import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

/** A mail server whose incoming mail a test can read. */
export interface Mailbox {
  readonly port: number;
  readonly url: string;
  /** Recipients in the order of arrival, one entry a delivery. */
  recipients(): string[];
  /** The text of everything delivered to `address`. */
  mailsTo(address: string): string[];
  close(): Promise<void>;
}

/** Opens one on `port`, or on a free one. */
export async function openMailbox(port = 0): Promise<Mailbox> {
  const deliveries: { to: string; raw: string }[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    closeTimeout: 50, // milliseconds; a client keeps idle connections open
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const raw = Buffer.concat(chunks).toString();
        for (const { address } of session.envelope.rcptTo) deliveries.push({ to: address, raw });
        done();
      });
    },
  });
  server.on('error', () => undefined); // a client that was killed in the middle of a mail
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', () => resolve()));
  const bound = (server.server.address() as AddressInfo).port;
  return {
    port: bound,
    url: `smtp://127.0.0.1:${bound}`,
    recipients: () => deliveries.map(({ to }) => to),
    mailsTo: (address) => deliveries.filter(({ to }) => to === address).map(({ raw }) => raw),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
