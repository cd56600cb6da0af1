/** The work that may begin in one turn of the event loop, in units of about 0.1 ms. */
const UNITS_A_TURN = 100;
/** After so many turns with work, the used units of each client are halved. */
const HALVED_AFTER_TURNS = 64;

/** Estimates in the same units; one unit parses and validates `bodyBytes`. */
export const TURN_UNITS = { route: 2, page: 10, bodyBytes: 1_024 };

export interface Turns {
  /**
   * Resolves when the work may be done: at once while the current turn of the event loop has room, else in a later turn.
   * Of the clients that wait, the one that has used least goes first, so that a client with few requests is not delayed
   * by others with many.
   */
  take(client: string, units: number): Promise<void>;
}

type Waiting = Readonly<{ units: number; proceed: () => void }>;
type WaitingClient = { used: number; readonly queue: Waiting[] };

/**
 * Limits how much work begins in one turn of the event loop. Without it a turn starts whatever has arrived: with a
 * thousand busy connections one turn takes a second, and every other client waits for several of them.
 */
export function makeTurns(nextTurn: (run: () => void) => void = setImmediate): Turns {
  let left = UNITS_A_TURN;
  let scheduled = false;
  let turns = 0;
  const used = new Map<string, number>();
  const waiting = new Map<string, WaitingClient>();

  function spend(client: string, units: number): void {
    left -= units;
    used.set(client, (used.get(client) ?? 0) + units);
  }

  function leastServed(): [string, WaitingClient] | undefined {
    let least: [string, WaitingClient] | undefined;
    for (const entry of waiting) if (least === undefined || entry[1].used < least[1].used) least = entry;
    return least;
  }

  function proceedWith(client: string, state: WaitingClient): void {
    const next = state.queue.shift();
    if (state.queue.length === 0) waiting.delete(client);
    if (next === undefined) return;
    state.used += next.units;
    spend(client, next.units);
    next.proceed();
  }

  function halveRecords(): void {
    for (const [client, units] of used) {
      if (units < 1) used.delete(client);
      else used.set(client, units / 2);
    }
    for (const state of waiting.values()) state.used /= 2;
  }

  function schedule(): void {
    if (scheduled) return;
    scheduled = true;
    nextTurn(() => {
      scheduled = false;
      left = UNITS_A_TURN;
      turns += 1;
      if (turns % HALVED_AFTER_TURNS === 0) halveRecords();
      while (left > 0) {
        const least = leastServed();
        if (least === undefined) break;
        proceedWith(...least);
      }
      if (waiting.size > 0) schedule();
    });
  }

  return {
    take(client, units) {
      schedule();
      if (left > 0 && waiting.size === 0) {
        spend(client, units);
        return Promise.resolve();
      }
      return new Promise((resolve) => {
        const state = waiting.get(client) ?? { used: used.get(client) ?? 0, queue: [] };
        state.queue.push({ units, proceed: resolve });
        waiting.set(client, state);
      });
    },
  };
}
