import { later } from '../../kernel/clock.js';
import { DomainError, type FieldFault } from '../../kernel/errors.js';
import { isVersion } from '../../kernel/expected-version.js';
import type { Money } from '../../kernel/money.js';
import { isName, parseName } from '../../kernel/text.js';
import { currencyMismatch } from './errors.js';

declare const brand: unique symbol;
type State = {
  id: string;
  name: string;
  durationMinutes: number;
  bufferBeforeMinutes: number;
  bufferAfterMinutes: number;
  /** The latest booking, in minutes before the start. */
  minNoticeMinutes: number;
  /** The latest cancellation or move by a member, in minutes before the start. */
  cancelNoticeMinutes: number;
  /** How often members may move one appointment. */
  maxReschedules: number;
  price: Money | null;
  needsApproval: boolean;
  /** Set for a type that cannot be booked any more and is not listed; existing appointments keep it. */
  retiredAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
  version: number;
};
export type AppointmentType = Readonly<State> & { readonly [brand]: 'AppointmentType' };

export type TypeDetails = Readonly<Omit<State, 'id' | 'retiredAt' | 'createdAt' | 'updatedAt' | 'version'>>;

const DAY = 24 * 60;
const YEAR = 366 * DAY;

/** Smallest and largest value, in minutes (`maxReschedules`: a number of moves). */
const RANGES = {
  durationMinutes: [1, DAY],
  bufferBeforeMinutes: [0, DAY],
  bufferAfterMinutes: [0, DAY],
  minNoticeMinutes: [0, YEAR],
  cancelNoticeMinutes: [0, YEAR],
  maxReschedules: [0, 1_000],
} as const;
export const TYPE_RANGES: Readonly<Record<keyof typeof RANGES, readonly [number, number]>> = RANGES;

function faultsOf(details: TypeDetails): FieldFault[] {
  const faults: FieldFault[] = [];
  for (const [field, [least, most]] of Object.entries(RANGES)) {
    const value = details[field as keyof typeof RANGES];
    if (!Number.isSafeInteger(value) || value < least || value > most)
      faults.push({ pointer: `/${field}`, detail: `has to be a whole number from ${least} to ${most}` });
  }
  const { price } = details;
  if (price !== null && (!Number.isSafeInteger(price.amount) || price.amount < 0))
    faults.push({ pointer: '/price/amount', detail: 'has to be 0 or more' });
  return faults;
}

export function restoreAppointmentType(state: State): AppointmentType {
  const { id, name, version, createdAt, updatedAt } = state;
  const isSound =
    isName(name) && faultsOf(state).length === 0 && isVersion(version) && updatedAt >= createdAt;
  if (!isSound) throw new Error(`corrupt appointment type ${id}`);
  return Object.freeze({
    id,
    name,
    durationMinutes: state.durationMinutes,
    bufferBeforeMinutes: state.bufferBeforeMinutes,
    bufferAfterMinutes: state.bufferAfterMinutes,
    minNoticeMinutes: state.minNoticeMinutes,
    cancelNoticeMinutes: state.cancelNoticeMinutes,
    maxReschedules: state.maxReschedules,
    price: state.price,
    needsApproval: state.needsApproval,
    retiredAt: state.retiredAt,
    createdAt,
    updatedAt,
    version,
  }) as AppointmentType;
}

/** 422 `validation`, `currency-mismatch` */
function parsed(details: TypeDetails, currency: string): TypeDetails {
  const name = parseName(details.name);
  const errors = faultsOf(details);
  if (errors.length > 0)
    throw new DomainError('invalid', 'validation', 'Some values are out of range.', { errors });
  if (details.price !== null && details.price.currency !== currency) throw currencyMismatch(currency);
  return { ...details, name };
}

export const newAppointmentType = (
  id: string,
  details: TypeDetails,
  currency: string,
  now: Date,
): AppointmentType =>
  restoreAppointmentType({
    ...parsed(details, currency),
    id,
    retiredAt: null,
    createdAt: now,
    updatedAt: now,
    version: 1,
  });

/** Changes a type; existing appointments are not affected. */
export const changeAppointmentType = (
  type: AppointmentType,
  changes: Partial<TypeDetails>,
  currency: string,
  now: Date,
): AppointmentType =>
  restoreAppointmentType({
    ...type,
    ...parsed({ ...type, ...changes }, currency),
    updatedAt: later(type.updatedAt, now),
  });

export const retireAppointmentType = (type: AppointmentType, now: Date): AppointmentType =>
  restoreAppointmentType({ ...type, retiredAt: now, updatedAt: later(type.updatedAt, now) });

export const nextTypeVersion = (type: AppointmentType): AppointmentType =>
  restoreAppointmentType({ ...type, version: type.version + 1 });
