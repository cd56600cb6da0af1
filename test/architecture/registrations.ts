import { AwilixResolutionError, type AwilixContainer } from 'awilix';

/** Registrations through which a statement reaches the database. Each context registers its models under `…Models`. */
const isDatabaseAccess = (name: string): boolean =>
  ['database', 'sequelize', 'transaction', 'deferredWrites'].includes(name) || name.endsWith('Models');

/** The names that the factory of `name` takes from the container itself, without those that its dependencies take. */
function dependenciesOf(container: AwilixContainer, name: string): ReadonlySet<string> {
  const taken = new Set<string>();
  const cradle = new Proxy(container.cradle, {
    get(target, key) {
      if (typeof key === 'string') taken.add(key);
      return Reflect.get(target, key) as unknown;
    },
  });
  const recorder = Object.create(container, { cradle: { value: cradle } }) as AwilixContainer;
  try {
    const value: unknown = container.getRegistration(name)?.resolve(recorder);
    // Nothing but the names is of interest; a worker or a connection must not stay open.
    if (typeof value === 'object' && value !== null && 'close' in value && typeof value.close === 'function')
      void (value.close as () => unknown)();
  } catch (error) {
    if (!(error instanceof AwilixResolutionError)) throw error;
  }
  return taken;
}

/** Whether awilix refuses to resolve `name` outside a transaction. */
function needsTransaction(container: AwilixContainer, name: string): boolean {
  try {
    container.resolve(name);
    return false;
  } catch (error) {
    if (error instanceof AwilixResolutionError && error.message.includes("'transaction'")) return true;
    throw error;
  }
}

/** Registrations that send statements themselves and resolve outside a transaction: what they write commits at once. */
export const resolvableWithoutTransaction = (container: AwilixContainer): string[] =>
  Object.keys(container.registrations)
    .filter((name) => [...dependenciesOf(container, name)].some(isDatabaseAccess))
    .filter((name) => !needsTransaction(container, name))
    .sort();
