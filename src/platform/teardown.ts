import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';

/** A step that hangs longer, such as a query to an unreachable database, is abandoned. */
const STEP_MS = 3_000;

const LATE = Symbol('late');

type Step = Readonly<{ undo: () => Promise<unknown>; withinMs: number }>;

/** Runs the cleanup steps of a start in reverse order, each once, also when one fails or hangs. */
export interface Teardown {
  add(undo: () => Promise<unknown>, withinMs?: number): void;
  /** Never rejects; logs errors. */
  run(): Promise<void>;
}

async function carryOut({ undo, withinMs }: Step): Promise<void> {
  const patience = new AbortController();
  const late = sleep(withinMs, LATE, { signal: patience.signal }).catch(() => undefined);
  try {
    if ((await Promise.race([undo(), late])) === LATE)
      throw new Error(`A step of the shutdown did not end within ${String(withinMs)} ms.`);
  } finally {
    patience.abort();
  }
}

export function makeTeardown({ logger }: { logger: Logger }): Teardown {
  const steps: Step[] = [];
  return {
    add(undo, withinMs = STEP_MS) {
      steps.push({ undo, withinMs });
    },
    async run() {
      for (let step = steps.pop(); step !== undefined; step = steps.pop())
        await carryOut(step).catch((error: unknown) => {
          logger.error({ err: error }, 'shutdown');
        });
    },
  };
}
