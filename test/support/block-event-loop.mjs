// Loaded into a server process by `NODE_OPTIONS=--import=…`: SIGUSR2 blocks its event loop for 350 ms in each turn, another one ends that.
import { clearInterval, setInterval } from 'node:timers';

const BLOCKED_MS = 350;
let blocking;
process.on('SIGUSR2', () => {
  if (blocking !== undefined) {
    clearInterval(blocking);
    blocking = undefined;
    return;
  }
  blocking = setInterval(() => {
    const until = performance.now() + BLOCKED_MS;
    while (performance.now() < until);
  }, 1);
});
