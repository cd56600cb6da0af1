import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { ConfigurationError } from '../config/configuration-error.js';
import { hasCode } from '../error-code.js';
import { withScramRequired } from '../database/client.js';
import type { Endpoint } from './endpoint.js';

/** The bootstrap superuser, for tests and emergencies only. */
export const SUPERUSER = 'praxis_root';
/** Owns the database and its schema and runs the migrations. */
export const OWNER = 'praxis_owner';
/** The role of the application. It owns nothing. */
export const APPLICATION = 'praxis_app';
export const DATABASE = 'praxis';

export type Role = typeof SUPERUSER | typeof OWNER | typeof APPLICATION;
export type Credentials = Readonly<Record<Role, string>>;

/** 192 random bits, in characters that need no quoting in SQL or in a URL. */
const password = (): string => randomBytes(24).toString('base64url');

export const makeCredentials = (): Credentials => ({
  [SUPERUSER]: password(),
  [OWNER]: password(),
  [APPLICATION]: password(),
});

/** Writes and syncs a new file that only its owner can read. Fails when the file exists. */
export function writeSecretFile(file: string, text: string): void {
  const handle = openSync(file, 'wx', 0o600);
  try {
    writeSync(handle, text);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

const unusable = (file: string, problem: string): ConfigurationError =>
  new ConfigurationError([
    {
      name: 'PRAXIS_HOME',
      problem: `holds ${file}, which ${problem} and should keep the passwords of the embedded database`,
      remedy: 'restore the file from a backup, or run as the user who owns it',
    },
  ]);

/** @throws ConfigurationError when the file is missing, unreadable or incomplete */
export function readCredentials(file: string): Credentials {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw hasCode(error, 'EACCES')
      ? unusable(file, 'belongs to another user')
      : unusable(file, 'cannot be read');
  }
  if (text.trim() === '') throw unusable(file, 'is empty');
  let found: Partial<Credentials>;
  try {
    found = JSON.parse(text) as Partial<Credentials>;
  } catch {
    throw unusable(file, 'is not JSON');
  }
  const { [SUPERUSER]: superuser, [OWNER]: owner, [APPLICATION]: application } = found;
  if (superuser === undefined || owner === undefined || application === undefined)
    throw unusable(file, 'lacks a password');
  return { [SUPERUSER]: superuser, [OWNER]: owner, [APPLICATION]: application };
}

/** The URL of a role, with `?host=` for the folder of a socket as in libpq. It allows only SCRAM authentication. */
export function urlOf(
  credentials: Credentials,
  role: Role,
  { socketFolder, port }: Endpoint,
  database: string = DATABASE,
): string {
  const host = socketFolder === null ? '127.0.0.1' : 'localhost';
  const url = new URL(`postgres://${role}:${credentials[role]}@${host}:${port}/${database}`);
  if (socketFolder !== null) url.searchParams.set('host', socketFolder);
  return withScramRequired(url.href);
}
