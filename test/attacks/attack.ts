/** A server under attack: a `praxis serve` process of its own, with the demo practice. */
export type Target = Readonly<{
  /** `http://127.0.0.1:port`, without a slash at the end. */
  url: string;
  pid: number;
  /** Its PRAXIS_HOME: `mail/` holds what was mailed. */
  home: string;
}>;

/** `small` takes a few seconds and runs in `npm test`; `whole` is the full size, for `npm run attack`. */
export type Scale = 'small' | 'whole';

/** Measured values by name, units in the names: `{ residentMegabytes: 152, answered: 8000 }`. */
export type Figures = Readonly<Record<string, number>>;

/**
 * One attack, exported as `attack` by a file `test/attacks/<name>.attack.ts`; the runner finds it by that name.
 * Its requests are bounded in count and time and go to loopback addresses alone.
 */
export interface Attack {
  /** What the attacker does, in one sentence. */
  readonly does: string;
  /** Set when the attack needs a server of its own instead of the one that all attacks share in `npm run attack`. */
  readonly server?: Readonly<{ env?: Readonly<Record<string, string>>; nodeOptions?: readonly string[] }>;
  /** Attacks until done or until `signal` aborts. */
  run(target: Target, scale: Scale, signal: AbortSignal): Promise<Figures>;
  /** The faults that the figures show, one sentence each; empty when the server withstood the attack. */
  faults(figures: Figures, scale: Scale): readonly string[];
}
