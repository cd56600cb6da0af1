import { describeFailure, printed } from '../../src/platform/cli/failure.js';

/** The lines on standard error and the exit code with which the command line reports an error. */
export function described(error: unknown): Readonly<{ lines: readonly string[]; exitCode: number }> {
  const { explanations, exitCode } = describeFailure(error);
  return { lines: explanations.map(printed), exitCode };
}
