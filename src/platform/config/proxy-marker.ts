import { rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hasCode } from '../error-code.js';

/** A file in PRAXIS_HOME. It exists when requests have come through a proxy while TRUST_PROXY was off. */
export const proxyMarkerFile = (home: string): string => join(home, 'proxy-without-trust');

export const writeProxyMarker = (home: string): Promise<void> =>
  writeFile(proxyMarkerFile(home), '', { mode: 0o600 });

export const removeProxyMarker = (home: string): Promise<void> => rm(proxyMarkerFile(home), { force: true });

/** When the marker was written; undefined without a marker. */
export async function readProxyMarker(home: string): Promise<Date | undefined> {
  try {
    return (await stat(proxyMarkerFile(home))).mtime;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}
