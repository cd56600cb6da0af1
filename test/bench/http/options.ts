import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

const HELP = `npm run bench -- [options]

Measures the built server (npm run build) beside servers that somebody would write instead, by turns, on the same rows
and the same PostgreSQL. Writes tables to standard output, and to --out.

  --quick            short rounds, to see whether everything runs
  --only NAME,…      some workloads: product, orders, posts, booking, order, cash; and overload, workers, growth
  --beside NAME,…    some contestants: lean, fastify-drizzle, express-sequelize; none: only Praxis
  --against FOLDER   beside the build of Praxis in another folder, too
  --switches         only Praxis, beside itself without one optimization after the other
  --without NAME,…   some optimizations of test/bench/switches
  --rounds N         6
  --seconds N        of a round: 3
  --warm-up N        seconds before the rounds: 5
  --connections N    16
  --scale N          1; 10 makes ten times as many rows
  --home FOLDER      where the data is kept for the next run
  --cpuprof          writes CPU profiles of Praxis into that folder
  --out FILE         the tables, as Markdown`;

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    beside: { type: 'string', default: 'lean,fastify-drizzle,express-sequelize' },
    against: { type: 'string' },
    switches: { type: 'boolean', default: false },
    without: { type: 'string' },
    rounds: { type: 'string' },
    seconds: { type: 'string' },
    'warm-up': { type: 'string' },
    connections: { type: 'string', default: '16' },
    scale: { type: 'string', default: '1' },
    home: { type: 'string', default: path.join(tmpdir(), 'praxis-bench') },
    out: { type: 'string' },
    help: { type: 'boolean', default: false },
    cpuprof: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(HELP);
  process.exit(0);
}

const listOf = (names: string): readonly string[] => names.split(',').filter((name) => name !== 'none');

export const options = {
  beside: listOf(values.beside),
  against: values.against === undefined ? undefined : path.resolve(values.against),
  switches: values.switches,
  rounds: Number(values.rounds ?? (values.quick ? 1 : 6)),
  seconds: Number(values.seconds ?? (values.quick ? 2 : 3)),
  warmUpSeconds: Number(values['warm-up'] ?? (values.quick ? 1 : 5)),
  connections: Number(values.connections),
  scale: Number(values.scale),
  home: values.home,
  out: values.out,
  cpuprof: values.cpuprof,
} as const;

export const isWanted = (name: string): boolean => values.only?.split(',').includes(name) ?? true;

export const isWantedSwitch = (name: string): boolean => values.without?.split(',').includes(name) ?? true;

export const say = (line: string): void => console.error(line);
