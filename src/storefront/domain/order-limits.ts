import { tooManyUnpaidOrders, tooManyUnpaidPieces } from './errors.js';

/** What members may order before they pay; null: as much as they like. Staff order for others without limits. */
export type OrderLimits = Readonly<{ unpaidOrders: number | null; unpaidPieces: number | null }>;

/** A buyer's orders that wait to be paid, and the pieces in them. */
export type UnpaidOrders = Readonly<{ orders: number; pieces: number }>;

/** conflict `too-many-unpaid-orders`, `too-many-unpaid-pieces`. Certain only under the buyer's lock. */
export function assertMayOrderMore(
  unpaid: UnpaidOrders,
  pieces: number,
  { unpaidOrders, unpaidPieces }: OrderLimits,
): void {
  if (unpaidOrders !== null && unpaid.orders >= unpaidOrders) throw tooManyUnpaidOrders(unpaidOrders);
  if (unpaidPieces !== null && unpaid.pieces + pieces > unpaidPieces)
    throw tooManyUnpaidPieces(unpaidPieces, unpaid.pieces);
}
