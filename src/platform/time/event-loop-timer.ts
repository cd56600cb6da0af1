const STEP_MS = 100;

/**
 * Calls `run` after `ms`, counted in steps of the event loop, and returns a function that cancels this. A step in which the
 * process was blocked counts as one step however long it took, so that an answer which has arrived meanwhile is read first.
 */
export function afterSteps(ms: number, run: () => void): () => void {
  let left = Math.ceil(ms / STEP_MS);
  const timer = setInterval(
    () => {
      left -= 1;
      if (left > 0) return;
      clearInterval(timer);
      run();
    },
    Math.min(ms, STEP_MS),
  );
  timer.unref();
  return () => {
    clearInterval(timer);
  };
}
