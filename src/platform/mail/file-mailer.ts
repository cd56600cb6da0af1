import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { removeStaleDrafts } from '../config/home.js';
import { proveWritable } from '../writable.js';
import { buildMessage, safeMailId } from './message.js';
import type { OwnedMailer } from './owned-mailer.js';

/**
 * Writes each mail to `<utc time>-<mail id>.eml` in `folder`, so that file names sort by time.
 * Files are written atomically and synced, and only their owner may read them, because they contain sign-in links.
 * A mail that is sent again under the same id keeps its one file.
 */
export function makeFileMailer({ folder, from }: { folder: string; from: string }): OwnedMailer {
  const prepare = (): Promise<unknown> => mkdir(folder, { recursive: true, mode: 0o700 });
  return {
    async send(mail) {
      // LF line ends: with CRLF, a link that grep prints would end in a carriage return.
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
/** The file contains the whole mail, including links. */
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
    await unlink(draft).catch(() => undefined); // report the first error
    throw error;
  }
}
