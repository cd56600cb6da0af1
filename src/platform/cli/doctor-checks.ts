import { mkdir, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../config/config.js';
import { findWideModes } from '../config/home.js';
import { isLoopback } from '../config/loopback.js';
import { proxyMarkerFile, readProxyMarker } from '../config/proxy-marker.js';
import { authSecretFile, readOrCreateAuthSecret } from '../config/secrets.js';
import { hasCode } from '../error-code.js';
import { throwListenFault } from '../http/server/listen-fault.js';
import { listen } from '../http/server/http-server.js';
import { makeMailer } from '../mail/mailer.js';
import { proveWritable } from '../writable.js';
import type { Finding } from './finding.js';

/** PostgreSQL’s write-ahead log grows in segments of 16 MB. */
const LEAST_FREE_MB = 100;
const LEAST_DISTINCT_CHARACTERS = 8;
const PORT_ANSWER_MS = 2_000;

export async function checkHome({ home }: Config): Promise<Finding> {
  await mkdir(home, { recursive: true, mode: 0o711 });
  await proveWritable(home);
  const { bavail, bsize } = await statfs(home);
  const freeMb = Math.floor((bavail * bsize) / 1_000_000);
  if (freeMb < LEAST_FREE_MB) return { fault: `${freeMb} MB are free at ${home}`, remedy: 'free some space' };
  const wide = await findWideModes(home);
  if (wide.length > 0)
    return {
      fault: wide
        .map(({ path, found }) => `${path} may be used by others (mode ${found.toString(8)})`)
        .join(', '),
      remedy: wide
        .map(({ path, found, wanted }) => `chmod ${(found & wanted).toString(8)} ${path}`)
        .join(' && '),
    };
  return { ok: home };
}

export async function checkSecret({ authSecret, home }: Config): Promise<Finding> {
  if (authSecret !== null) {
    if (new Set(authSecret).size < LEAST_DISTINCT_CHARACTERS)
      return {
        fault: 'AUTH_SECRET can be guessed: it repeats a few characters',
        remedy: 'set what `openssl rand -base64 48` prints',
      };
    return { ok: 'AUTH_SECRET is set' };
  }
  const file = authSecretFile(home);
  const found = await stat(file).catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  });
  if (found === undefined) return { ok: 'will be generated at the first start' };
  if (process.platform !== 'win32' && (found.mode & 0o077) !== 0)
    return { fault: `${file} can be read by others`, remedy: `chmod 600 ${file}` };
  await readOrCreateAuthSecret(home);
  return { ok: file };
}

/** Passes when a running Praxis answers on the port, or when the port is free. */
export async function checkPort({ host, port }: Config): Promise<Finding> {
  try {
    const server = await listen({ host, port });
    await server.drain(0);
    return { ok: port === 0 ? 'any free one' : `${port} is free` };
  } catch (error) {
    if (hasCode(error, 'EADDRINUSE') && (await isPraxis(host, port)))
      return { ok: `${port}, where Praxis answers` };
    return throwListenFault(error, { variable: 'PORT', host, port });
  }
}

async function isPraxis(host: string, port: number): Promise<boolean> {
  const answering =
    host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '[::1]' : host.includes(':') ? `[${host}]` : host;
  try {
    const answer = await fetch(`http://${answering}:${port}/livez`, {
      signal: AbortSignal.timeout(PORT_ANSWER_MS),
    });
    return answer.ok && (await answer.text()).includes('"status"');
  } catch {
    return false;
  }
}

export async function checkProxy({ home, trustProxy }: Config): Promise<Finding> {
  if (trustProxy) return { ok: 'X-Forwarded-For is believed' };
  const seenAt = await readProxyMarker(home);
  if (seenAt === undefined) return { ok: 'none seen' };
  return {
    fault: `requests came through one while TRUST_PROXY was off (${seenAt.toISOString()}), so all its clients count as one`,
    remedy: `set TRUST_PROXY=on if it is yours, else remove ${proxyMarkerFile(home)}`,
  };
}

export function checkPublicUrl({ publicUrl }: Config): Promise<Finding> {
  if (publicUrl === null) return Promise.resolve({ ok: 'not set; links in mails name the port it serves' });
  const { protocol, hostname } = new URL(publicUrl);
  return Promise.resolve(
    protocol === 'http:' && !isLoopback(hostname)
      ? { fault: `${publicUrl} is not encrypted`, remedy: 'serve it by HTTPS and set https://…' }
      : { ok: publicUrl },
  );
}

export async function checkMail({ mail, production, home }: Config): Promise<Finding> {
  if (production && mail.url.startsWith('file:'))
    return {
      fault: `goes to files in ${mail.url.slice('file:'.length)}, so nobody gets it`,
      remedy: 'set MAIL_URL=smtp://USER:PASSWORD@HOST:PORT',
    };
  if (process.platform !== 'win32' && mail.url.startsWith('file:')) {
    const folder = mail.url.slice('file:'.length);
    // The check of PRAXIS_HOME covers the folder inside it.
    const found = folder === join(home, 'mail') ? undefined : await stat(folder).catch(() => undefined);
    if (found !== undefined && (found.mode & 0o077) !== 0)
      return {
        fault: `others may enter ${folder}, where links to sign in lie`,
        remedy: `chmod 700 ${folder}`,
      };
  }
  const mailer = makeMailer(mail);
  try {
    await mailer.verify();
  } finally {
    mailer.close();
  }
  return {
    ok: mail.url.startsWith('file:') ? `files in ${mail.url.slice('file:'.length)}` : 'the server answers',
  };
}
