import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { removeStaleDrafts } from '../config/home.js';
import { proveWritable } from '../writable.js';
import { buildMessage, safeMailId } from './message.js';
import type { OwnedMailer } from './owned-mailer.js';

/**
 * Writes each mail to `<utc time>-<mail id>.eml` in `folder`, which lists them in the order they were sent.
 * A file is whole or not there, survives a power cut, and only its owner reads it: it holds sign-in links.
 * A mail that is sent again under the same id is the one file it already was.
 */
export function makeFileMailer({ folder, from }: { folder: string; from: string }): OwnedMailer {
  const prepare = (): Promise<unknown> => mkdir(folder, { recursive: true, mode: 0o700 });
  return {
    async send(mail) {
      // Line ends of a text file: a carriage return would stick to a link that is cut out of it with grep.
      const { raw } = await buildMessage(mail, { from, eightBit: true, newline: '\n' });
      await prepare();
      const ending = `-${safeMailId(mail.id)}.eml`;
      if ((await readdir(folder)).some((name) => name.slice(TIME_LENGTH) === ending)) return;
      await writeWhole(join(folder, `${sortableTime(new Date())}${ending}`), raw);
    },
    async verify() {
      await prepare();
      await proveWritable(folder);
    },
    sweep: () => removeStaleDrafts(folder, DRAFT),
    close: () => undefined,
  };
}

/** `20261121T090000.000Z`. */
const sortableTime = (instant: Date): string => instant.toISOString().replace(/[-:]/g, '');
/** Holds a whole mail, links included. */
const DRAFT = /\.eml\.[0-9a-f]{12}\.tmp$/;
const TIME_LENGTH = '20261121T090000.000Z'.length;

async function writeWhole(file: string, content: Buffer): Promise<void> {
  const draft = `${file}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    const handle = await open(draft, 'wx', 0o600);
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, file);
  } catch (error) {
    await unlink(draft).catch(() => undefined); // the reason for the failure matters more
    throw error;
  }
}
