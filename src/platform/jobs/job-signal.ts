/**
 * Lets the process that commits a job tell its own runner, so that nobody waits for the next poll.
 * Only a hint: other processes, and a missed hint, are served by polling.
 */
export interface JobSignal {
  notify(): void;
  /** Calls `listener` on every `notify`; returns the way to stop that. */
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
