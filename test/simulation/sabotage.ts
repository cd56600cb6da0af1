import { asValue, type AwilixContainer } from 'awilix';
import type { IdentityPorts } from '../../src/identity/application/ports.js';
import type { UnitOfWork } from '../../src/kernel/unit-of-work.js';
import type { StorefrontPorts } from '../../src/storefront/application/ports.js';
import { aUser } from '../support/builders/identity.js';
import type { Sabotage } from './application.js';

/** The unit of work with some of its ports replaced. */
function withPorts<Ports>(
  container: AwilixContainer,
  name: string,
  replace: (ports: Ports) => Partial<Ports>,
): void {
  const sound = container.resolve<UnitOfWork<Ports>>(name);
  const broken: UnitOfWork<Ports> = {
    run: (work) => sound.run((ports) => work({ ...ports, ...replace(ports) })),
    runInNewTransaction: (work) =>
      sound.runInNewTransaction((ports) => work({ ...ports, ...replace(ports) })),
  };
  container.register(name, asValue(broken));
}

/** Mistakes of an adapter or a use case, as negative controls: the simulation must fail with each of them. */
export const SABOTAGES: Readonly<Record<string, Sabotage>> = {
  'the stock falls by one piece less than was sold': (container) => {
    withPorts<StorefrontPorts>(container, 'storefrontUnitOfWork', ({ stock }) => ({
      stock: {
        move: (movements) =>
          stock.move(movements.map((movement) => ({ ...movement, delta: movement.delta + 1 }))),
      },
    }));
  },
  'captured payments are not posted': (container) => {
    withPorts<StorefrontPorts>(container, 'storefrontUnitOfWork', ({ bookkeeper }) => ({
      bookkeeper: { ...bookkeeper, recordPayment: () => Promise.resolve() },
    }));
  },
  'cancelled orders keep their discount': (container) => {
    withPorts<StorefrontPorts>(container, 'storefrontUnitOfWork', ({ discounts }) => ({
      discounts: { ...discounts, release: () => Promise.resolve() },
    }));
  },
  'another active admin always seems to exist': (container) => {
    withPorts<IdentityPorts>(container, 'identityUnitOfWork', ({ users }) => ({
      users: {
        ...users,
        lockUserAndActiveAdmins: async (id) => {
          const { user, activeAdmins } = await users.lockUserAndActiveAdmins(id);
          return { user, activeAdmins: [...activeAdmins, aUser({ role: 'admin' })] };
        },
      },
    }));
  },
  'payments in doubt are never reconciled': (container) => {
    container.register(
      'reconcilePayments',
      asValue(() => Promise.resolve()),
    );
  },
};
