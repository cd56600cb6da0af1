/** Exit codes after BSD's sysexits.h, as docs/operating.md promises them. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 64,
  unavailable: 69,
  configuration: 78,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The command line itself is wrong. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The command worked and found a fault. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed';
}

/** No worker process could be started; `exitCode` is that of the last one, which printed its reason. */
export class WorkersFailed extends Error {
  override readonly name = 'WorkersFailed';
  constructor(
    message: string,
    readonly exitCode: number,
  ) {
    super(message);
  }
}
