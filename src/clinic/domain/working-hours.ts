import { DomainError, type FieldFault } from '../../kernel/errors.js';
import { type Stretch, weekdayOf } from '../../kernel/time-zones.js';
import type { Interval } from './interval.js';

/** A weekly window in the doctor's wall-clock time, in minutes since midnight; `untilMinute` 1440 is the end of the day. */
export type WeeklyWindow = Readonly<{ weekday: number; fromMinute: number; untilMinute: number }>;

const MINUTE_MS = 60_000;
const MINUTES_OF_A_DAY = 24 * 60;
const DAY_MS = MINUTES_OF_A_DAY * MINUTE_MS;
const MAX_WINDOWS = 100;

const byTime = (a: WeeklyWindow, b: WeeklyWindow): number =>
  a.weekday - b.weekday || a.fromMinute - b.fromMinute;

/** The windows in order; 422 `validation` with a pointer to each that ends before it begins or overlaps an earlier one. */
export function parseWeek(windows: readonly WeeklyWindow[]): readonly WeeklyWindow[] {
  const errors: FieldFault[] = [];
  if (windows.length > MAX_WINDOWS)
    errors.push({ pointer: '/weekly', detail: `has to be at most ${MAX_WINDOWS} windows` });
  windows.forEach((window, index) => {
    if (window.fromMinute >= window.untilMinute)
      errors.push({ pointer: `/weekly/${index}/to`, detail: 'has to be later than from' });
    else if (windows.slice(0, index).some((other) => overlapsWindow(window, other)))
      errors.push({ pointer: `/weekly/${index}`, detail: 'overlaps another window of the same day' });
  });
  if (errors.length > 0)
    throw new DomainError('invalid', 'validation', 'These working hours contradict themselves.', { errors });
  return [...windows].sort(byTime);
}

const overlapsWindow = (a: WeeklyWindow, b: WeeklyWindow): boolean =>
  a.weekday === b.weekday && a.fromMinute < b.untilMinute && b.fromMinute < a.untilMinute;

type Piece = { window: string; fromMs: number; toMs: number };

/** The part of a window that lies in a stretch; undefined if they do not overlap. */
function pieceOf(
  day: string,
  { weekday, fromMinute, untilMinute }: WeeklyWindow,
  { from, to, offsetMs }: Stretch,
): Piece | undefined {
  const midnightMs = Date.parse(`${day}T00:00:00.000Z`) - offsetMs;
  const fromMs = Math.max(midnightMs + fromMinute * MINUTE_MS, from.getTime());
  const toMs = Math.min(midnightMs + untilMinute * MINUTE_MS, to.getTime());
  return fromMs < toMs ? { window: `${day} ${weekday} ${fromMinute}`, fromMs, toMs } : undefined;
}

/**
 * The working times of a doctor as intervals in order: all instants whose wall-clock time lies in a window. Within a stretch
 * the offset is constant. A wall-clock time that the clocks skip is in no stretch; one that they show twice is in two. Adjacent
 * parts of a window in two stretches are one interval.
 */
export function workingIntervals(
  week: readonly WeeklyWindow[],
  stretches: readonly Stretch[],
): readonly Interval[] {
  const pieces: Piece[] = [];
  for (const stretch of stretches) {
    const firstWallMs = stretch.from.getTime() + stretch.offsetMs;
    const lastWallMs = stretch.to.getTime() + stretch.offsetMs;
    for (let wallMs = firstWallMs - modulo(firstWallMs, DAY_MS); wallMs < lastWallMs; wallMs += DAY_MS) {
      const day = new Date(wallMs).toISOString().slice(0, 'yyyy-mm-dd'.length);
      const weekday = weekdayOf(day);
      for (const window of week) {
        const piece = window.weekday === weekday ? pieceOf(day, window, stretch) : undefined;
        const previous = pieces.at(-1);
        if (piece === undefined) continue;
        if (previous?.window === piece.window && previous.toMs === piece.fromMs) previous.toMs = piece.toMs;
        else pieces.push(piece);
      }
    }
  }
  return pieces
    .sort((a, b) => a.fromMs - b.fromMs)
    .map(({ fromMs, toMs }) => ({ from: new Date(fromMs), to: new Date(toMs) }));
}

const modulo = (value: number, divisor: number): number => ((value % divisor) + divisor) % divisor;
