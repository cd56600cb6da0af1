/**
 * An attempt takes its point before its password is checked. When no point is left, it waits while other attempts on
 * the same key are active in this process, because one that succeeds refunds its point.
 */
export interface AttemptGate {
  /** Calls `take` until it is `accepted` or no other attempt is active; `leave` ends an accepted one. */
  enter<Outcome>(
    key: string,
    take: () => Promise<Outcome>,
    accepted: (outcome: Outcome) => boolean,
  ): Promise<Readonly<{ outcome: Outcome; leave: () => void }>>;
}

/** `active`: attempts that take or hold a point. `ended`: attempts that held a point and have left. */
type Group = { active: number; ended: number; waiting: ((next: 'retry' | 'refused') => void)[] };

export function makeAttemptGate(): AttemptGate {
  const groups = new Map<string, Group>();

  function join(key: string): Group {
    const group = groups.get(key) ?? { active: 0, ended: 0, waiting: [] };
    groups.set(key, group);
    group.active += 1;
    return group;
  }

  /** Without an active attempt no point will be refunded: the waiting ones are refused. */
  function retire(key: string, group: Group): void {
    group.active -= 1;
    if (group.active > 0) return;
    groups.delete(key);
    for (const wake of group.waiting) wake('refused');
  }

  /** At most one point was refunded, so one attempt tries again. */
  function end(key: string, group: Group): void {
    group.ended += 1;
    const wake = group.waiting.shift();
    if (wake !== undefined) {
      group.active += 1;
      wake('retry');
    }
    retire(key, group);
  }

  return {
    async enter(key, take, accepted) {
      const group = join(key);
      for (;;) {
        const endedBefore = group.ended;
        const outcome = await take().catch((error: unknown) => {
          retire(key, group);
          throw error;
        });
        if (accepted(outcome)) {
          let hasLeft = false;
          const leave = (): void => {
            if (!hasLeft) end(key, group);
            hasLeft = true;
          };
          return { outcome, leave };
        }
        if (group.ended !== endedBefore) continue;
        const next = await new Promise<'retry' | 'refused'>((resolve) => {
          group.waiting.push(resolve);
          retire(key, group);
        });
        if (next === 'refused') return { outcome, leave: () => undefined };
      }
    },
  };
}
