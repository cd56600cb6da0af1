import { describeFailure, printed } from '../../src/platform/cli/failure.js';

/** What the command line makes of an error: its lines on standard error, and its exit code. */
export function described(error: unknown): Readonly<{ lines: readonly string[]; exitCode: number }> {
  const { explanations, exitCode } = describeFailure(error);
  return { lines: explanations.map(printed), exitCode };
}
