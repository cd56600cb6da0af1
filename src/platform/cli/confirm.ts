import { createInterface } from 'node:readline/promises';
import { askOrNull } from './ask.js';
import { CommandFailed, EXIT } from './exit-codes.js';

/**
 * Asks for confirmation before data is dropped: the word `yes` at a terminal; otherwise, and always in production, `--yes`.
 * @throws CommandFailed without confirmation
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
