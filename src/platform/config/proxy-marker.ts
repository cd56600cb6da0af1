import { rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hasCode } from '../error-code.js';

/** The file in PRAXIS_HOME that says that requests came through a proxy while TRUST_PROXY was off. */
export const proxyMarkerFile = (home: string): string => join(home, 'proxy-without-trust');

export const writeProxyMarker = (home: string): Promise<void> =>
  writeFile(proxyMarkerFile(home), '', { mode: 0o600 });

export const removeProxyMarker = (home: string): Promise<void> => rm(proxyMarkerFile(home), { force: true });

/** When the marker was written; undefined where there is none. */
export async function readProxyMarker(home: string): Promise<Date | undefined> {
  try {
    return (await stat(proxyMarkerFile(home))).mtime;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}
