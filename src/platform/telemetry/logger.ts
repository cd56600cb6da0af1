import { writeSync } from 'node:fs';
import {
  pino,
  type Bindings,
  type ChildLoggerOptions,
  type DestinationStream,
  type Logger,
  type LoggerOptions,
} from 'pino';
import { hasCode } from '../error-code.js';
import { describeError } from './errors.js';
import { redactMembers, scrub } from './redaction.js';

/** Members of a log line that are known to hold no secret, because each was made or checked here: not looked through. */
export class CleanLine {
  constructor(readonly members: Readonly<Record<string, string | number | undefined>>) {}
}

const serializeError = (error: unknown): unknown => describeError(error);

const STANDARD_OUTPUT = 1;

const options = (level: string): LoggerOptions => ({
  level,
  base: { pid: process.pid },
  timestamp: pino.stdTimeFunctions.isoTime,
  messageKey: 'msg',
  errorKey: 'err',
  serializers: { err: serializeError, error: serializeError, cause: serializeError },
  formatters: {
    level: (label) => ({ level: label }),
    log: (line) => (line instanceof CleanLine ? line.members : redactMembers(line)),
  },
  hooks: {
    logMethod(args, method) {
      method.apply(this, cleaned(args) as typeof args);
    },
  },
});

/** Messages, and their parameters, without secrets. */
function cleaned(args: readonly unknown[]): readonly unknown[] {
  const [subject, message] = args;
  if (subject instanceof CleanLine) return args;
  const scrubbed = args.map((arg) => (typeof arg === 'string' ? scrub(arg) : arg));
  // Without a message pino takes the error's own, which no serializer has seen.
  const error: unknown =
    subject instanceof Error ? subject : (subject as { err?: unknown } | null | undefined)?.err;
  if (error instanceof Error && message === undefined) return [subject, describeError(error)['message']];
  return scrubbed;
}

/** pino formats the bindings of the first logger only; children are born with clean ones. */
function withCleanChildren(logger: Logger): Logger {
  type MakeChild = (this: Logger, bindings: Bindings, childOptions?: ChildLoggerOptions) => Logger;
  const child = Reflect.get(logger, 'child') as unknown as MakeChild;
  const cleanChild: MakeChild = function (bindings, childOptions) {
    return child.call(this, redactMembers(bindings), childOptions);
  };
  return Object.defineProperty(logger, 'child', { value: cleanChild });
}

/** JSON lines, secrets removed, on standard output unless a `destination` is given. */
export const makeLogger = ({
  level,
  destination,
}: {
  level: string;
  destination?: DestinationStream;
}): Logger =>
  withCleanChildren(destination === undefined ? pino(options(level)) : pino(options(level), destination));

const PATIENCE_MS = 10;

/** All of it, however slowly the reader of a pipe takes it. */
function writeAll(file: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let written = 0; written < bytes.length;)
    try {
      written += writeSync(file, bytes, written);
    } catch (error) {
      if (!hasCode(error, 'EAGAIN')) return; // nobody reads any more, and there is nowhere left to say so
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PATIENCE_MS);
    }
}

/**
 * Standard output, written to once a turn of the event loop with all lines of that turn: under load a system call a line
 * is what logging costs most. Nothing is held back for longer, and what is left is written when the process exits.
 */
export function makeOutput(file: number): DestinationStream {
  let held = '';
  const flush = (): void => {
    const lines = held;
    held = '';
    if (lines !== '') writeAll(file, lines);
  };
  process.once('exit', flush);
  return {
    write(line) {
      if (held === '') setImmediate(flush);
      held += line;
    },
  };
}

/** The process's logger: JSON lines, but readable ones where standard output is a terminal. */
export async function openLogger({ logLevel }: { logLevel: string }): Promise<Logger> {
  if (!process.stdout.isTTY) return makeLogger({ level: logLevel, destination: makeOutput(STANDARD_OUTPUT) });
  const { PinoPretty } = await import('pino-pretty');
  return makeLogger({
    level: logLevel,
    destination: PinoPretty({ colorize: true, ignore: 'pid', sync: true }),
  });
}
