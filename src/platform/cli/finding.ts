import { hasCode } from '../error-code.js';
import { describeFailure, reasonOf } from './failure.js';

/** The result of a check: a remark, or the fault and its remedy. */
export type Finding = Readonly<{ ok: string } | { fault: string; remedy: string }>;
export type Report = (subject: string, finding: Finding) => void;

/** Runs a check and prints its result; an exception is a fault. Returns whether the check passed. */
export async function examine(
  subject: string,
  report: Report,
  check: () => Promise<Finding>,
  faultOf: (error: unknown) => Finding,
): Promise<boolean> {
  const finding = await check().catch(faultOf);
  report(subject, finding);
  return 'ok' in finding;
}

export const orElse =
  (remedy: string) =>
  (error: unknown): Finding => ({
    fault: reasonOf(error),
    remedy: hasCode(error, 'ENOSPC', 'EDQUOT') ? 'free some space' : remedy,
  });

/** Turns an error of the database or the configuration into a fault; its message usually contains the remedy. */
export const explainedOr =
  (fallback: string) =>
  (error: unknown): Finding => {
    const [{ problem, remedy = fallback } = { problem: reasonOf(error) }] =
      describeFailure(error).explanations;
    return { fault: problem, remedy };
  };
