import { createInterface } from 'node:readline';
import { runScript } from '../support/processes.js';

/** One request of the bystander. */
export type Glance = Readonly<{
  id: string;
  what: 'products' | 'sign-in';
  /** When it was sent, in milliseconds since 1970. */
  at: number;
  /** 0: no answer yet, or none at all. */
  status: number;
  milliseconds: number;
}>;

/** The measurements of the bystander over a period. */
export type Experience = Readonly<{
  /** The times of the product requests; a refusal or a missing answer counts as infinitely slow. */
  p50: number;
  p99: number;
  max: number;
  productsRefused: number;
  /** The slowest that was accepted. */
  slowestSignIn: number;
  signInsRefused: number;
}>;

export interface Bystander {
  /** Evaluates the requests sent from `from` until `to`. A request that has no answer yet counts as unanswered. */
  experience(from: number, to: number): Experience;
  stop(): Promise<void>;
}

const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;

const ascending = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);

export function summarize(glances: readonly Glance[]): Experience {
  const products = glances.filter(({ what }) => what === 'products');
  const signIns = glances.filter(({ what }) => what === 'sign-in');
  const times = ascending(
    products.map(({ status, milliseconds }) => (status === 200 ? milliseconds : Infinity)),
  );
  const accepted = signIns.filter(({ status }) => status === 201).map(({ milliseconds }) => milliseconds);
  return {
    p50: quantile(times, 0.5),
    p99: quantile(times, 0.99),
    max: quantile(times, 1),
    productsRefused: products.filter(({ status }) => status !== 200).length,
    slowestSignIn: Math.max(0, ...accepted),
    signInsRefused: signIns.length - accepted.length,
  };
}

/** Starts the bystander at the server of `url`. */
export function startBystander(url: string): Bystander {
  const { child, outcome } = runScript('attacks/processes/bystander.ts', [url]);
  const glances = new Map<string, Glance>();
  if (child.stdout !== null)
    createInterface({ input: child.stdout }).on('line', (line) => {
      const glance = JSON.parse(line) as Glance;
      glances.set(glance.id, glance);
    });
  return {
    experience: (from, to) => summarize([...glances.values()].filter(({ at }) => at >= from && at < to)),
    async stop() {
      child.kill();
      await outcome;
    },
  };
}
