import { pino, type DestinationStream, type Logger, type LoggerOptions } from 'pino';
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
    bindings: redactMembers,
    log: redactMembers,
  },
  hooks: {
    logMethod(args, method) {
      method.apply(
        this,
        args.map((arg: unknown) => (typeof arg === 'string' ? scrub(arg) : arg)) as typeof args,
      );
    },
  },
});

/** JSON lines, secrets removed, on standard output unless a `destination` is given. */
export const makeLogger = ({
  level,
  destination,
}: {
  level: string;
  destination?: DestinationStream;
}): Logger => (destination === undefined ? pino(options(level)) : pino(options(level), destination));

/** The process's logger: JSON lines, but readable ones where standard output is a terminal. */
export async function openLogger({ logLevel }: { logLevel: string }): Promise<Logger> {
  if (!process.stdout.isTTY) return makeLogger({ level: logLevel });
  const { PinoPretty } = await import('pino-pretty');
  return makeLogger({
    level: logLevel,
    destination: PinoPretty({ colorize: true, ignore: 'pid', sync: true }),
  });
}
