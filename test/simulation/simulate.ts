import fc from 'fast-check';
import { DomainError } from '../../src/kernel/errors.js';
import { DAY } from '../../src/kernel/clock.js';
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  runCommand,
  command,
  describeCommand,
  seedAccounts,
  NothingThere,
  people,
  type Command,
  type Registers,
} from './commands.js';
import {
  isPassing,
  openInMemory,
  openOnPostgresAsWell,
  type Application,
  type InMemoryApplication,
  type Sabotage,
} from './application.js';
import { brokenInvariants, unsettled } from './invariants.js';
import { stateOf } from './state.js';

/** The commands of one line run concurrently. */
export type Story = readonly (readonly Command[])[];
const story = fc.array(fc.array(command, { minLength: 1, maxLength: 3 }), {
  minLength: 1,
  maxLength: 30,
  size: 'max',
});

export type Tally = { runs: number; commands: number; steps: number; outcomes: Record<string, number> };
export const newTally = (): Tally => ({ runs: 0, commands: 0, steps: 0, outcomes: {} });

/** `done`, the code of a DomainError, or `-` for a command without an object. Throws any other error. */
async function outcomeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'done';
  } catch (error) {
    if (error instanceof NothingThere) return '-';
    if (error instanceof DomainError) return error.code;
    if (isPassing(error)) return 'again later';
    throw error;
  }
}

/** Far more turns than any command takes; after them, the run counts as stuck. */
const MOST_TURNS = 5_000;

/** The time limit for shrinking a failure. */
const SHRINKING_MS = 20_000;

class Violation extends Error {
  override readonly name = 'Violation';
}

function assertInvariants(application: InMemoryApplication, after: string): void {
  const [broken, ...more] = brokenInvariants(application);
  if (broken !== undefined) throw new Violation(`after ${after}: ${[broken, ...more].join('; ')}`);
}

/** Ends all faults, advances the clock, and runs jobs until every payment is settled. */
async function settle(application: Application): Promise<void> {
  application.mailer.failure = undefined;
  application.faults.gateway = undefined;
  for (let round = 0; round < 3; round += 1) {
    application.clock.advance(round === 2 ? DAY : DAY / 2);
    await application.cradle.reconcilePayments();
    await application.cradle.reconcileBilledPayments();
    await application.runJobs();
  }
}

export async function openSeeded(
  gate?: Parameters<typeof openInMemory>[0],
  sabotage?: Sabotage,
): Promise<[InMemoryApplication, Registers]> {
  const application = openInMemory(gate, sabotage);
  for (const person of people) await application.addPerson(person);
  return [application, await seedAccounts(application)];
}

/** One run: the scheduler draws which gate opens next, and every invariant is checked after each commit. */
async function runStory(
  scheduler: fc.Scheduler,
  lines: Story,
  tally: Tally,
  sabotage?: Sabotage,
): Promise<void> {
  let open = true;
  const [application, made] = await openSeeded(
    (label) => (open ? Promise.resolve() : scheduler.schedule(Promise.resolve(), label)),
    sabotage,
  );
  try {
    open = false;
    let seen = -1;
    for (const line of lines) {
      let running = line.length;
      const faults: unknown[] = [];
      for (const each of line)
        void outcomeOf(Promise.resolve().then(() => runCommand(each, application, made)))
          .then((outcome) => {
            tally.outcomes[outcome] = (tally.outcomes[outcome] ?? 0) + 1;
          })
          .catch((error: unknown) => faults.push(error))
          .finally(() => (running -= 1));
      for (let turn = 0; running > 0; turn += 1) {
        await nextTurn();
        if (application.store.commits > seen)
          assertInvariants(application, line.map(describeCommand).join(' | '));
        seen = application.store.commits;
        if (scheduler.count() > 0) await scheduler.waitNext(1);
        if (turn > MOST_TURNS) throw new Violation('no command makes progress');
        tally.steps += 1;
      }
      tally.commands += line.length;
      if (faults.length > 0) throw faults[0];
    }
    open = true;
    await settle(application);
    assertInvariants(application, 'all payments are settled');
    const [left, ...more] = unsettled(application);
    if (left !== undefined) throw new Violation([left, ...more].join('; '));
    tally.runs += 1;
  } finally {
    await application.close();
  }
}

const show = (lines: Story): string =>
  lines.map((line) => `  ${line.map(describeCommand).join('  |  ')}`).join('\n');

export type Options = Readonly<{ runs: number; seed: number; sabotage?: Sabotage }>;

/** Runs stories. Throws with the shortest story that breaks an invariant, the order of its steps, and the seed. */
export async function simulate({ runs, seed, sabotage }: Options, tally = newTally()): Promise<Tally> {
  const property = fc.asyncProperty(fc.scheduler(), story, (scheduler, lines) =>
    runStory(scheduler, lines, tally, sabotage),
  );
  const found = await fc.check(property, { numRuns: runs, seed, endOnFailure: true });
  if (!found.failed) return tally;
  if (sabotage !== undefined) throw new Error(String(found.errorInstance));
  const path = found.counterexamplePath ?? '0';
  const smaller = await fc.check(property, { seed, path, numRuns: 1, interruptAfterTimeLimit: SHRINKING_MS });
  const report = smaller.failed && smaller.errorInstance !== null ? smaller : found;
  const [scheduler, lines] = report.counterexample ?? [];
  throw new Error(
    `seed ${seed}, path ${String(report.counterexamplePath)}: ${String(report.errorInstance)}\n${show(lines ?? [])}\n${scheduler === undefined ? '' : fc.stringify(scheduler)}`,
    { cause: report.errorInstance },
  );
}

/** Runs the same stories sequentially in memory and on PostgreSQL. Throws when outcomes or final states differ. */
export async function replay({ runs, seed }: Options): Promise<number> {
  let commands = 0;
  for (const lines of fc.sample(story, { numRuns: runs, seed })) {
    const [memory, made] = await openSeeded();
    const postgres = await openOnPostgresAsWell();
    try {
      const madeOnPostgres = await seedAccounts(postgres);
      for (const each of lines.flat()) {
        const expected = await outcomeOf(Promise.resolve().then(() => runCommand(each, memory, made)));
        const actual = await outcomeOf(
          Promise.resolve().then(() => runCommand(each, postgres, madeOnPostgres)),
        );
        if (actual !== expected)
          throw new Error(
            `seed ${seed}: ${describeCommand(each)} ended with ${actual}, in memory with ${expected}\n${show(lines)}`,
          );
        commands += 1;
      }
      await settle(memory);
      await settle(postgres);
      const [onPostgres, inMemory] = [await stateOf(postgres, madeOnPostgres), await stateOf(memory, made)];
      if (JSON.stringify(onPostgres) !== JSON.stringify(inMemory))
        throw new Error(
          `seed ${seed} ends in another state:\n${JSON.stringify(onPostgres, null, 1)}\nin memory:\n${JSON.stringify(inMemory, null, 1)}\n${show(lines)}`,
        );
    } finally {
      await memory.close();
      await postgres.close();
    }
  }
  return commands;
}
