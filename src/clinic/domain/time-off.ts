import { invalidField } from '../../kernel/errors.js';
import { isNote, parseNote } from './note.js';

declare const brand: unique symbol;
type State = {
  id: string;
  doctorId: string;
  startsAt: Date;
  endsAt: Date;
  /** For staff only. */
  note: string | null;
  createdAt: Date;
};
/** A time in which a doctor is absent. It can be added and deleted, not changed. */
export type TimeOff = Readonly<State> & { readonly [brand]: 'TimeOff' };

export function restoreTimeOff({ id, doctorId, startsAt, endsAt, note, createdAt }: State): TimeOff {
  if (!(startsAt < endsAt) || !isNote(note)) throw new Error(`corrupt time off ${id}`);
  return Object.freeze({ id, doctorId, startsAt, endsAt, note, createdAt }) as TimeOff;
}

/** 422 `validation` at /endsAt or /note */
export function newTimeOff(details: Omit<State, 'createdAt'>, now: Date): TimeOff {
  if (!(details.startsAt < details.endsAt)) throw invalidField('/endsAt', 'has to be later than startsAt');
  return restoreTimeOff({ ...details, note: parseNote(details.note, '/note'), createdAt: now });
}
