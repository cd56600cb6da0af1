import { DomainError } from '../../src/kernel/errors.js';

/** Starts `work` so many times at once. */
export const times = <Result>(count: number, work: (racer: number) => Promise<Result>): Promise<Result>[] =>
  Array.from({ length: count }, (_, racer) => work(racer));

/** The code of each outcome, `ok` for a success. Rethrows anything but a DomainError. */
export async function codesOf(work: readonly Promise<unknown>[]): Promise<string[]> {
  return (await Promise.allSettled(work)).map((outcome) => {
    if (outcome.status === 'fulfilled') return 'ok';
    if (outcome.reason instanceof DomainError) return outcome.reason.code;
    throw outcome.reason;
  });
}

/** How often each code occurs. */
export const countCodes = (codes: readonly string[]): Record<string, number> =>
  Object.fromEntries(
    [...new Set(codes)].sort().map((code) => [code, codes.filter((other) => other === code).length]),
  );

/** How many outcomes have each code, `ok` for a success. Rethrows anything but a DomainError. */
export const countOutcomes = async (work: readonly Promise<unknown>[]): Promise<Record<string, number>> =>
  countCodes(await codesOf(work));
