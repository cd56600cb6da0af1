import type { Clock } from '../../../src/kernel/clock.js';

/** A clock that stands still until it is moved. */
export class FakeClock implements Clock {
  #now: Date;
  constructor(start = '2026-11-21T09:00:00.000Z') {
    this.#now = new Date(start);
  }
  now(): Date {
    return new Date(this.#now);
  }
  advance(durationMs: number): void {
    this.#now = new Date(this.#now.getTime() + durationMs);
  }
}
