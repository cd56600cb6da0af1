import { randomBytes } from 'node:crypto';
import { open, unlink } from 'node:fs/promises';
import { join } from 'node:path';

/** More than a file system keeps for small files beside its blocks. */
const PROBE_BYTES = 65_536;

/**
 * Writes a file into `folder` and removes it. Asking for the access rights alone tells nothing about a full disk, a file
 * system that is mounted read-only, or root. Rejects with the system's error.
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
