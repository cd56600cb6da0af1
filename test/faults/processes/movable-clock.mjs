// Loaded into a server by `--import`: its clock is off by as many milliseconds as stand in the file CLOCK_SHIFT_FILE.
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { setInterval } from 'node:timers';

const file = process.env.CLOCK_SHIFT_FILE;
const RealDate = Date;
let shift = 0;
setInterval(() => {
  try {
    shift = Number(readFileSync(file, 'utf8')) || 0;
  } catch {
    // Nobody has moved it yet.
  }
}, 20).unref();

globalThis.Date = class extends RealDate {
  constructor(...given) {
    if (given.length === 0) super(RealDate.now() + shift);
    else super(...given);
  }
  static now() {
    return RealDate.now() + shift;
  }
};
