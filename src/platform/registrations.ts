import { asFunction, type FunctionReturning, type Resolver } from 'awilix';
import type { Transaction } from 'sequelize';

/** Resolvers by the name under which the container offers them. */
export type Registrations = Readonly<Record<string, Resolver<unknown>>>;

/** The type of everything that a container resolves from registrations. */
export type CradleOf<R extends Registrations> = {
  readonly [Name in keyof R]: R[Name] extends Resolver<infer Value> ? Value : never;
};

/**
 * Registers a port that writes. It resolves only in the scope of a transaction: elsewhere `transaction` is not registered,
 * and Awilix throws. So no write can commit on its own.
 */
export const asWritingPort = <Port>(make: FunctionReturning<Port>) =>
  asFunction((cradle: Readonly<{ transaction?: Transaction }>): Port => {
    if (cradle.transaction === undefined) throw new Error('a writing port needs a transaction');
    return make(cradle);
  }).scoped();

/** Merges the registrations of all parts by their names. Throws when two parts register the same name. */
export function mergeRegistrations(parts: Readonly<Record<string, Registrations>>): Registrations {
  const owners = new Map<string, string>();
  for (const [part, registrations] of Object.entries(parts))
    for (const name of Object.keys(registrations)) {
      const owner = owners.get(name);
      if (owner !== undefined) throw new Error(`${owner} and ${part} both register ${name}`);
      owners.set(name, part);
    }
  return Object.assign({}, ...Object.values(parts)) as Registrations;
}
