/**
 * Wakes the runner of the process that commits a job, so that the job does not wait for the next poll. Only a hint:
 * other processes, and missed signals, rely on polling.
 */
export interface JobSignal {
  notify(): void;
  /** Calls `listener` on every `notify`; returns a function that removes it. */
  subscribe(listener: () => void): () => void;
}

export function makeJobSignal(): JobSignal {
  const listeners = new Set<() => void>();
  return {
    notify() {
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
