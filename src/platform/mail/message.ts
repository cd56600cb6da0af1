import MimeNode from 'nodemailer/lib/mime-node';
import type { Mail } from '../../kernel/mail.js';

const MAX_LINE_OCTETS = 998; // RFC 5322 §2.1.1

/** The encoded mail and its envelope. */
export type Message = Readonly<{
  raw: Buffer;
  messageId: string;
  envelope: Readonly<{ from: string; to: string }>;
}>;

/**
 * Builds the RFC 5322 message. Refuses what could forge a header or reach a second recipient.
 *
 * Text is not encoded where the standard allows it. nodemailer would use quoted-printable for lines over 76 characters,
 * which splits links and writes `=` as `=3D` in the raw file. Without `eightBit` (RFC 6152, which not every relay
 * supports) text beyond ASCII is encoded.
 */
export async function buildMessage(
  { id, to, subject, text }: Mail,
  { from, eightBit, newline }: { from: string; eightBit: boolean; newline: '\n' | '\r\n' },
): Promise<Message> {
  if (/\p{Cc}/u.test(subject)) throw new Error('a subject may not hold control characters');
  if (!/^[^\s\p{Cc}<>,;:"]+@[^\s\p{Cc}<>,;:"@]+$/u.test(to)) throw new Error('not one mail address');
  const sender = addressOf(from);
  const messageId = `<${safeMailId(id)}@${sender.slice(sender.lastIndexOf('@') + 1)}>`;

  const node = new MimeNode('text/plain; charset=utf-8', {
    newline,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  node.setHeader('From', from);
  node.setHeader('To', { name: '', address: to });
  node.setHeader('Subject', subject);
  node.setHeader('Message-ID', messageId);
  node.setHeader('Date', new Date().toUTCString().replace('GMT', '+0000'));
  node.setHeader('Auto-Submitted', 'auto-generated'); // RFC 3834: no vacation notice answers it
  node.setContent(text);
  const encoding = plainEncoding(text, eightBit);
  if (encoding !== undefined) node.getTransferEncoding = () => encoding;
  return { raw: await node.build(), messageId, envelope: { from: sender, to } };
}

/** The id of a mail in characters that are valid in a file name and in a Message-ID. */
export function safeMailId(id: string): string {
  const safe = id.replace(/[^A-Za-z0-9_-]+/g, '-').slice(0, 128);
  if (safe === '') throw new Error('a mail needs an id');
  return safe;
}

/** The address in `ADDRESS` or `NAME <ADDRESS>`. */
export const addressOf = (from: string): string => /<([^<>]+)>$/.exec(from)?.[1] ?? from;

function plainEncoding(text: string, eightBit: boolean): '7bit' | '8bit' | undefined {
  if (text.split('\n').some((line) => Buffer.byteLength(line) > MAX_LINE_OCTETS)) return undefined;
  if (/^[\t\r\n\x20-\x7e]*$/.test(text)) return '7bit';
  return eightBit && !text.includes('\0') ? '8bit' : undefined;
}
