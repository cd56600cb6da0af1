import fc from 'fast-check';
import type { Adapters } from '../cash/world.js';
import { cashCommands } from './cash-commands.js';
import { Universes } from './cash-universes.js';

export type ModelRun = Readonly<{
  seed: number;
  steps: number;
  accepted: number;
  codes: ReadonlyMap<string, number>;
}>;

const LONGEST_RUN = 60;

/** Every run has its own prefix of ids, 32 bits; `02` distinguishes them from other ids. */
let runs = Math.floor(Math.random() * 0xffff);
const nextPrefix = (): string => {
  runs += 1;
  return `02${(runs % 0xffffff).toString(16).padStart(6, '0')}`;
};

/**
 * Runs commands against the oracle and PostgreSQL until at least `commands` have been compared. On a difference it
 * shrinks and throws fast-check's report, which names the seed, the path and the shortest commands that show it.
 */
export async function runCashModel(postgres: Adapters, commands: number, seed: number): Promise<ModelRun> {
  let [steps, accepted] = [0, 0];
  const codes = new Map<string, number>();
  for (let round = 0; steps < commands; round += 1)
    await fc.assert(
      fc.asyncProperty(cashCommands(LONGEST_RUN), async (list) => {
        const universes = await Universes.create(postgres, nextPrefix());
        await fc.asyncModelRun(() => ({ model: {}, real: universes }), list);
        steps += universes.steps;
        accepted += universes.accepted;
        for (const [code, count] of universes.codes) codes.set(code, (codes.get(code) ?? 0) + count);
      }),
      { seed: seed + round, numRuns: 5, endOnFailure: false, interruptAfterTimeLimit: 600_000 },
    );
  return { seed, steps, accepted, codes };
}
