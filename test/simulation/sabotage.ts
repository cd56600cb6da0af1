import { asValue, type AwilixContainer } from 'awilix';
import type { IdentityPorts } from '../../src/identity/application/ports.js';
import type { UnitOfWork } from '../../src/kernel/unit-of-work.js';
import type { StorefrontPorts } from '../../src/storefront/application/ports.js';
import { aUser } from '../support/builders/identity.js';
import type { Sabotage } from './house.js';

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

/** Mistakes that an adapter or a use case could make; a simulation that passes with one of them proves nothing. */
export const SABOTAGES: Readonly<Record<string, Sabotage>> = {
  'a piece less leaves the shelf than was sold': (container) => {
    withPorts<StorefrontPorts>(container, 'storefrontUnitOfWork', ({ stock }) => ({
      stock: {
        move: (movements) =>
          stock.move(movements.map((movement) => ({ ...movement, delta: movement.delta + 1 }))),
      },
    }));
  },
  'captured payments are not booked': (container) => {
    withPorts<StorefrontPorts>(container, 'storefrontUnitOfWork', ({ bookkeeper }) => ({
      bookkeeper: { ...bookkeeper, recordPayment: () => Promise.resolve() },
    }));
  },
  'cancelled orders keep their discount': (container) => {
    withPorts<StorefrontPorts>(container, 'storefrontUnitOfWork', ({ discounts }) => ({
      discounts: { ...discounts, release: () => Promise.resolve() },
    }));
  },
  'somebody always seems to be admin still': (container) => {
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
  'nobody asks what became of a payment': (container) => {
    container.register(
      'reconcilePayments',
      asValue(() => Promise.resolve()),
    );
  },
};
