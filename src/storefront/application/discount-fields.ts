import { invalidField } from '../../kernel/errors.js';
import type { Money } from '../../kernel/money.js';
import type { Reduction } from '../domain/pricing.js';
import { minorIn } from './money-fields.js';

/** A reduction as a request states it. */
export type ReductionFields =
  Readonly<{ kind: 'percent'; basisPoints: number }> | Readonly<{ kind: 'fixed'; amount: Money }>;

export const toReduction = (fields: ReductionFields, currency: string): Reduction =>
  fields.kind === 'percent'
    ? { kind: 'percent', basisPoints: fields.basisPoints }
    : { kind: 'fixed', amount: minorIn(fields.amount, currency, '/amount') };

/** The reduction with a new value of the same kind. 422 `validation` for a value of the other kind. */
export function changeReduction(
  reduction: Reduction,
  { basisPoints, amount }: Readonly<{ basisPoints?: number | undefined; amount?: Money | undefined }>,
  currency: string,
): Reduction {
  if (reduction.kind === 'percent') {
    if (amount !== undefined) throw invalidField('/amount', 'This discount is a percentage.');
    return { kind: 'percent', basisPoints: basisPoints ?? reduction.basisPoints };
  }
  if (basisPoints !== undefined) throw invalidField('/basisPoints', 'This discount is an amount.');
  return {
    kind: 'fixed',
    amount: amount === undefined ? reduction.amount : minorIn(amount, currency, '/amount'),
  };
}
