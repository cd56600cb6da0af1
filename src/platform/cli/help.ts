import { UsageError } from './exit-codes.js';

/** The help of one command: its usage, its lines in the overview, and its options. */
type CommandHelp = Readonly<{
  /** The usage after `praxis`, one variant a line. */
  usage: readonly string[];
  /** Its lines in the overview: pairs of usage and meaning. */
  overview: readonly (readonly [call: string, meaning: string])[];
  details: string;
}>;

const COMMANDS: Readonly<Record<string, CommandHelp>> = {
  serve: {
    usage: ['serve'],
    overview: [['serve', 'start the server']],
    details: `Starts the database where DATABASE_URL is not set, brings the schema up to date, loads the demo practice into an
empty database (PRAXIS_DEMO), and serves on HOST and PORT until SIGTERM or SIGINT.`,
  },
  migrate: {
    usage: ['migrate [up]', 'migrate undo [--to NAME|all] [--yes]', 'migrate status'],
    overview: [
      ['migrate [up|undo|status]', 'bring the schema up to date, take back the last step, or list the steps'],
      ['        [--to NAME|all]', 'undo: down to and including that step'],
    ],
    details: `up      runs the steps that have not been run; what a server does when it starts
undo    takes back the last step, and with it the data in the tables that it made
        --to NAME  down to and including that step
        --to all   every step: the database is empty afterwards
        --yes      without asking; needed in production and where there is no terminal
status  lists the steps: applied, pending, or unknown (run by a newer version)`,
  },
  seed: {
    usage: ['seed [up]', 'seed undo'],
    overview: [['seed [up|undo]', 'put the demo practice in, or take it out']],
    details: `up    puts the demo practice in, whose passwords are public; refused in production
undo  takes it out, as long as nothing that people added depends on it; otherwise changes nothing and says how to
      start over`,
  },
  admin: {
    usage: ['admin create --email EMAIL --full-name NAME'],
    overview: [
      ['admin create --email E --full-name N', ''],
      ['', 'make an admin; the password is asked for, or read from standard input'],
    ],
    details: `--email EMAIL     the address to sign in with; nobody may have it yet
--full-name NAME  the name that others see

The password is asked for twice at a terminal. Otherwise it is the first line of standard input:
  praxis admin create --email E --full-name N < password-file`,
  },
  export: {
    usage: ['export --member EMAIL'],
    overview: [['export --member EMAIL', 'print everything held about one person, as JSON']],
    details: `--member EMAIL  the address of the person; members, staff and admins alike`,
  },
  doctor: {
    usage: ['doctor [--payments]'],
    overview: [
      ['doctor', 'check configuration, database, schema, mail and clock'],
      ['        [--payments]', 'try every call to the payment gateway, with its test cards'],
    ],
    details: `--payments  checks the payment gateway alone: whether it accepts the key and knows the webhook endpoint. With a
            test key also a charge, a decline, authentication, a refund and a payment page, with test cards

Prints a line for each check, "ok" or "fault" with what to do about it. Exit code 1 with at least one fault.`,
  },
  integrity: {
    usage: ['integrity'],
    overview: [['integrity', 'check every rule the stored data keeps; fail with the ids of what breaks one']],
    details: `Prints a line for each rule, "ok" or "broken" with the ids of what breaks it. Exit code 1 with a broken rule.`,
  },
  openapi: {
    usage: ['openapi [--out FILE] [--check FILE]'],
    overview: [
      ['openapi [--out FILE]', 'write the OpenAPI document'],
      ['        [--check FILE]', 'fail when FILE is not that document'],
    ],
    details: `--out FILE    write to FILE instead of standard output
--check FILE  write nothing; exit code 1 when FILE is not that document`,
  },
};

const CALL_WIDTH = 29;

const overviewLine = ([call, meaning]: readonly [string, string]): string =>
  `  ${call.padEnd(CALL_WIDTH)}${meaning}`.trimEnd();

const OVERVIEW = `Praxis, the back office of a small practice.

Usage: praxis COMMAND

${Object.values(COMMANDS)
  .flatMap(({ overview }) => overview.map(overviewLine))
  .join('\n')}
  --help, --version

More about a command: praxis COMMAND --help.
The configuration is read from the environment and from .env; see docs/operating.md.
Exit codes: 0 done, 1 failed, 64 wrong usage, 69 database away, 78 wrong configuration.
`;

const commandHelp = ({ usage, details }: CommandHelp): string =>
  `${usage.map((call, index) => `${index === 0 ? 'Usage:' : '      '} praxis ${call}`).join('\n')}\n\n${details}\n`;

const isHelp = (word: string | undefined): boolean => word === '--help' || word === '-h';

export const isCommand = (word: string | undefined): word is string =>
  word !== undefined && Object.hasOwn(COMMANDS, word);

/**
 * The help text for `--help`, `COMMAND … --help` or `help COMMAND`; undefined when `argv` does not ask for help.
 * Throws UsageError for a command that does not exist.
 */
export function helpFor(argv: readonly string[]): string | undefined {
  const [first, ...rest] = argv;
  if (isHelp(first) || (first === 'help' && (rest.length === 0 || isHelp(rest[0])))) return OVERVIEW;
  const command = first === 'help' ? rest[0] : first;
  const end = rest.indexOf('--');
  const asked = first === 'help' || (end < 0 ? rest : rest.slice(0, end)).some(isHelp);
  if (!asked || command === undefined) return undefined;
  const help = isCommand(command) ? COMMANDS[command] : undefined;
  if (help === undefined) throw new UsageError(`there is no command ${command}`);
  return commandHelp(help);
}
