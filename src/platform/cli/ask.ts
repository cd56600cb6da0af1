import type { Interface } from 'node:readline/promises';

/** Asks `question` and returns the line; null when the input ends first (Ctrl-D), where `terminal.question` would wait forever. */
export async function askOrNull(terminal: Interface, question: string): Promise<string | null> {
  const ended = new AbortController();
  terminal.once('close', () => {
    ended.abort();
  });
  try {
    return await terminal.question(question, { signal: ended.signal });
  } catch (error) {
    if (ended.signal.aborted) return null;
    throw error;
  }
}
