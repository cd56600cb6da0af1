import { randomBytes } from 'node:crypto';
import { open, unlink } from 'node:fs/promises';
import { join } from 'node:path';

/** Larger than the space that a file system has for small files outside its blocks. */
const PROBE_BYTES = 65_536;

/**
 * Writes a file into `folder` and deletes it. The access rights alone do not show a full disk, a read-only file system, or
 * the rights of root. Rejects with the system's error.
 */
export async function proveWritable(folder: string): Promise<void> {
  const file = join(folder, `.praxis-${randomBytes(6).toString('hex')}.tmp`);
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.writeFile(Buffer.alloc(PROBE_BYTES));
    await handle.sync();
  } finally {
    await handle.close();
    await unlink(file);
  }
}
