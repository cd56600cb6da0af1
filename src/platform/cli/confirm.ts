import { createInterface } from 'node:readline/promises';
import { askOrNull } from './ask.js';
import { CommandFailed, EXIT } from './exit-codes.js';

/**
 * Asks before data is dropped: at a terminal for the word `yes`; elsewhere, and always in production, `--yes` has to be given.
 * @throws CommandFailed without consent
 */
export async function confirmDrop(
  what: string,
  { yes, production }: Readonly<{ yes: boolean; production: boolean }>,
): Promise<void> {
  if (yes) return;
  if (production || !process.stdin.isTTY) throw new CommandFailed(`${what}; add --yes if you mean it`);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  terminal.once('SIGINT', () => process.exit(EXIT.interrupted));
  try {
    if ((await askOrNull(terminal, `${what}. Go on? Type yes: `))?.trim() !== 'yes')
      throw new CommandFailed('nothing was undone');
  } finally {
    terminal.close();
  }
}
