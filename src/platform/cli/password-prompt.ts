import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { askOrNull } from './ask.js';
import { EXIT, UsageError } from './exit-codes.js';

/**
 * Reads a new password: typed twice without echo at a terminal, otherwise the first line of standard input. It is not an
 * argument, because the process list and the shell's history would contain it.
 */
export async function readNewPassword(): Promise<string> {
  if (!process.stdin.isTTY) return readLine();
  const password = await ask('Password: ');
  if ((await ask('Again: ')) !== password) throw new UsageError('the two passwords differ');
  return password;
}

async function readLine(): Promise<string> {
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
    if (line.includes('\0')) throw new UsageError('the password on standard input holds a NUL character');
    if (line !== '') return line;
    break;
  }
  throw new UsageError('no password on standard input');
}

/** Lets readline edit the line (backspace, paste) and shows none of it. */
async function ask(question: string): Promise<string> {
  const silence = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: silence, terminal: true });
  terminal.once('SIGINT', () => {
    process.stderr.write('\n');
    process.exit(EXIT.interrupted);
  });
  process.stderr.write(question);
  try {
    const answer = await askOrNull(terminal, '');
    if (answer === null) throw new UsageError('no password was typed');
    return answer;
  } finally {
    terminal.close();
    process.stderr.write('\n');
  }
}
