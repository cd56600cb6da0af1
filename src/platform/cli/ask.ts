import type { Interface } from 'node:readline/promises';

/** The line that answers `question`; null when the input ends first (Ctrl-D): `terminal.question` would wait for ever. */
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
