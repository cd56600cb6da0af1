import {
  pino,
  type Bindings,
  type ChildLoggerOptions,
  type DestinationStream,
  type Logger,
  type LoggerOptions,
} from 'pino';
import { describeError } from './errors.js';
import { redactMembers, scrub } from './redaction.js';

const serializeError = (error: unknown): unknown => describeError(error);

const options = (level: string): LoggerOptions => ({
  level,
  base: { pid: process.pid },
  timestamp: pino.stdTimeFunctions.isoTime,
  messageKey: 'msg',
  errorKey: 'err',
  serializers: { err: serializeError, error: serializeError, cause: serializeError },
  formatters: {
    level: (label) => ({ level: label }),
    log: redactMembers,
  },
  hooks: {
    logMethod(args, method) {
      method.apply(this, cleaned(args) as typeof args);
    },
  },
});

/** Messages, and their parameters, without secrets. */
function cleaned(args: readonly unknown[]): unknown[] {
  const [subject, message] = args;
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

/** The process's logger: JSON lines, but readable ones where standard output is a terminal. */
export async function openLogger({ logLevel }: { logLevel: string }): Promise<Logger> {
  if (!process.stdout.isTTY) return makeLogger({ level: logLevel });
  const { PinoPretty } = await import('pino-pretty');
  return makeLogger({
    level: logLevel,
    destination: PinoPretty({ colorize: true, ignore: 'pid', sync: true }),
  });
}
