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
    log: (line) => redactMembers(line),
  },
  hooks: {
    logMethod(args, method) {
      method.apply(this, cleaned(args) as typeof args);
    },
  },
});

/** Redacts messages and their parameters. */
function cleaned(args: readonly unknown[]): readonly unknown[] {
  const [subject, message] = args;
  const scrubbed = args.map((arg) => (typeof arg === 'string' ? scrub(arg) : arg));
  // Without a message pino uses the message of the error, which is not redacted yet.
  const error: unknown =
    subject instanceof Error ? subject : (subject as { err?: unknown } | null | undefined)?.err;
  if (error instanceof Error && message === undefined) return [subject, describeError(error)['message']];
  return scrubbed;
}

/** pino formats only the bindings of the root logger, so the bindings of a child are redacted here. */
function withCleanChildren(logger: Logger): Logger {
  type MakeChild = (this: Logger, bindings: Bindings, childOptions?: ChildLoggerOptions) => Logger;
  const child = Reflect.get(logger, 'child') as unknown as MakeChild;
  const cleanChild: MakeChild = function (bindings, childOptions) {
    return child.call(this, redactMembers(bindings), childOptions);
  };
  return Object.defineProperty(logger, 'child', { value: cleanChild });
}

/** Logs JSON lines without secrets, to standard output unless `destination` is given. */
export const makeLogger = ({
  level,
  destination,
}: {
  level: string;
  destination?: DestinationStream;
}): Logger =>
  withCleanChildren(destination === undefined ? pino(options(level)) : pino(options(level), destination));

const PATIENCE_MS = 10;

/** Writes the whole line to standard output, also when the reader of a pipe is slow. */
function writeOut(line: string): void {
  const bytes = Buffer.from(line);
  for (let written = 0; written < bytes.length;)
    try {
      written += writeSync(STANDARD_OUTPUT, bytes, written);
    } catch (error) {
      if (!hasCode(error, 'EAGAIN')) return; // the reader is gone, so the error cannot be reported either
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PATIENCE_MS);
    }
}

/** The logger of the process: JSON lines, or readable text if standard output is a terminal. */
export async function openLogger({ logLevel }: { logLevel: string }): Promise<Logger> {
  if (!process.stdout.isTTY) return makeLogger({ level: logLevel, destination: { write: writeOut } });
  const { PinoPretty } = await import('pino-pretty');
  return makeLogger({
    level: logLevel,
    destination: PinoPretty({ colorize: true, ignore: 'pid', sync: true }),
  });
}
