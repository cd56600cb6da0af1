import type { GateRows } from '../contestants/gate.js';
import { firstFreeDay, type DatabaseUrls } from './data-set.js';
import type { Sizes } from './data.js';
import { idOf } from './ids.js';

/** The rows that the gate uses in a database. The member whose orders it reads never orders. */
export async function gateRowsOf({ superuserUrl }: DatabaseUrls, sizes: Sizes): Promise<GateRows> {
  const free = await firstFreeDay(superuserUrl);
  free.setUTCHours(10);
  const { products, members, doctors } = sizes;
  return {
    read: { userId: idOf('user', members), productId: idOf('product', products - 3) },
    userId: idOf('user', members - 1),
    productIds: [idOf('product', products), idOf('product', products - 1), idOf('product', products - 2)],
    doctorIds: [idOf('doctor', doctors), idOf('doctor', doctors - 1)],
    patientIds: [idOf('patient', members - 1), idOf('patient', members - 2)],
    unknownId: idOf('product', 1_000_000_000),
    free,
  };
}
