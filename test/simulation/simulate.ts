import fc from 'fast-check';
import { DomainError } from '../../src/kernel/errors.js';
import { DAY } from '../../src/kernel/clock.js';
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  carryOut,
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
  openOnPostgresToo,
  type House,
  type InMemoryHouse,
  type Sabotage,
} from './house.js';
import { brokenInvariants, unsettled } from './invariants.js';
import { stateOf } from './state.js';

/** Commands of one line are asked for at the same time. */
export type Story = readonly (readonly Command[])[];
const story = fc.array(fc.array(command, { minLength: 1, maxLength: 3 }), {
  minLength: 1,
  maxLength: 30,
  size: 'max',
});

export type Tally = { runs: number; commands: number; steps: number; outcomes: Record<string, number> };
export const newTally = (): Tally => ({ runs: 0, commands: 0, steps: 0, outcomes: {} });

/** `done`, a refusal by its code, or `-` for a command that is about nothing. Anything else that is thrown is a fault. */
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

/** Far more than any command takes; whoever waits longer waits for ever. */
const MOST_TURNS = 5_000;

/** A failure is made smaller for this long. */
const SHRINKING_MS = 20_000;

class Violation extends Error {
  override readonly name = 'Violation';
}

function assertInvariants(house: InMemoryHouse, after: string): void {
  const [broken, ...more] = brokenInvariants(house);
  if (broken !== undefined) throw new Violation(`after ${after}: ${[broken, ...more].join('; ')}`);
}

/** Lets time pass and jobs run until there is nothing left to happen. */
async function comeToRest(house: House): Promise<void> {
  house.mailer.failure = undefined;
  house.faults.gateway = undefined;
  for (let round = 0; round < 3; round += 1) {
    house.clock.advance(round === 2 ? DAY : DAY / 2);
    await house.cradle.reconcilePayments();
    await house.cradle.reconcileAppointmentPayments();
    await house.runJobs();
  }
}

export async function openFurnished(
  gate?: Parameters<typeof openInMemory>[0],
  sabotage?: Sabotage,
): Promise<[InMemoryHouse, Registers]> {
  const house = openInMemory(gate, sabotage);
  for (const person of people) await house.welcome(person);
  return [house, await seedAccounts(house)];
}

/** One run: whatever waits at a gate goes on in the order that the scheduler draws, and after each step all is looked at. */
async function runStory(
  scheduler: fc.Scheduler,
  lines: Story,
  tally: Tally,
  sabotage?: Sabotage,
): Promise<void> {
  let open = true;
  const [house, made] = await openFurnished(
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
        void outcomeOf(Promise.resolve().then(() => carryOut(each, house, made)))
          .then((outcome) => {
            tally.outcomes[outcome] = (tally.outcomes[outcome] ?? 0) + 1;
          })
          .catch((error: unknown) => faults.push(error))
          .finally(() => (running -= 1));
      for (let turn = 0; running > 0; turn += 1) {
        await nextTurn();
        if (house.store.commits > seen) assertInvariants(house, line.map(describeCommand).join(' | '));
        seen = house.store.commits;
        if (scheduler.count() > 0) await scheduler.waitNext(1);
        if (turn > MOST_TURNS) throw new Violation('nothing moves any more');
        tally.steps += 1;
      }
      tally.commands += line.length;
      if (faults.length > 0) throw faults[0];
    }
    open = true;
    await comeToRest(house);
    assertInvariants(house, 'everything has come to rest');
    const [left, ...more] = unsettled(house);
    if (left !== undefined) throw new Violation([left, ...more].join('; '));
    tally.runs += 1;
  } finally {
    await house.close();
  }
}

const show = (lines: Story): string =>
  lines.map((line) => `  ${line.map(describeCommand).join('  |  ')}`).join('\n');

export type Options = Readonly<{ runs: number; seed: number; sabotage?: Sabotage }>;

/** Runs stories; throws with the shortest one that breaks a rule, the order of its steps, and the seed. */
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

/** The same stories, one command after the other, in memory and on PostgreSQL: the same outcomes, the same end. */
export async function replay({ runs, seed }: Options): Promise<number> {
  let commands = 0;
  for (const lines of fc.sample(story, { numRuns: runs, seed })) {
    const [memory, made] = await openFurnished();
    const postgres = await openOnPostgresToo();
    try {
      const madeToo = await seedAccounts(postgres);
      for (const each of lines.flat()) {
        const expected = await outcomeOf(Promise.resolve().then(() => carryOut(each, memory, made)));
        const actual = await outcomeOf(Promise.resolve().then(() => carryOut(each, postgres, madeToo)));
        if (actual !== expected)
          throw new Error(
            `seed ${seed}: ${describeCommand(each)} ended with ${actual}, in memory with ${expected}\n${show(lines)}`,
          );
        commands += 1;
      }
      await comeToRest(memory);
      await comeToRest(postgres);
      const [there, here] = [await stateOf(postgres, madeToo), await stateOf(memory, made)];
      if (JSON.stringify(there) !== JSON.stringify(here))
        throw new Error(
          `seed ${seed} ends otherwise:\n${JSON.stringify(there, null, 1)}\nin memory:\n${JSON.stringify(here, null, 1)}\n${show(lines)}`,
        );
    } finally {
      await memory.close();
      await postgres.close();
    }
  }
  return commands;
}
