import { tooManyUnpaidOrders, tooManyUnpaidPieces } from './errors.js';

/** Limits of a member's unpaid orders; null: no limit. Staff order for others without limits. */
export type OrderLimits = Readonly<{ unpaidOrders: number | null; unpaidPieces: number | null }>;

/** Without limits nobody has to count, or to wait for other checkouts of the buyer. */
export const areUnpaidOrdersLimited = ({ unpaidOrders, unpaidPieces }: OrderLimits): boolean =>
  unpaidOrders !== null || unpaidPieces !== null;

/** A buyer's pending orders, and the pieces in them. */
export type UnpaidOrders = Readonly<{ orders: number; pieces: number }>;

/** conflict `too-many-unpaid-orders`, `too-many-unpaid-pieces`. Reliable only under the buyer's lock. */
export function assertMayOrderMore(
  unpaid: UnpaidOrders,
  pieces: number,
  { unpaidOrders, unpaidPieces }: OrderLimits,
): void {
  if (unpaidOrders !== null && unpaid.orders >= unpaidOrders) throw tooManyUnpaidOrders(unpaidOrders);
  if (unpaidPieces !== null && unpaid.pieces + pieces > unpaidPieces)
    throw tooManyUnpaidPieces(unpaidPieces, unpaid.pieces);
}
