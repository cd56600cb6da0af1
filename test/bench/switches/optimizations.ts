import { DESCRIBED_QUERY, JSON_FUNCTIONS, KOA_RESPONSES, UNNAMED_QUERY } from './plain-sources.js';

/** Replaces `find`, which occurs exactly once in a module of the build, or the whole module. */
export type Edit = Readonly<{ module: string; by: string; find?: string }>;

/** An optimization, the edits of the build that replace it by the plain version, and the workloads that it may affect. */
export type Optimization = Readonly<{
  name: string;
  what: string;
  plain: string;
  workloads: readonly string[];
  edits: readonly Edit[];
}>;

const DATABASE = 'platform/database/database.js';
const PREPARED_QUERY = 'platform/database/prepared-query.js';
const PIPELINE = 'platform/database/pipeline.js';

const NO_JOINED_CALLS: Edit = { module: DATABASE, find: 'new JoinableCall(', by: 'new PreparedQuery(' };
const NO_SHARED_CONNECTION: Edit = { module: DATABASE, find: 'statement.shareable === true', by: 'false' };

export const OPTIMIZATIONS: readonly Optimization[] = [
  {
    name: 'own-executor',
    what: 'statements on a connection of the pool, without `sequelize.query`',
    plain: '`sequelize.query` with `bind`',
    workloads: ['product', 'orders', 'booking', 'order', 'cash'],
    edits: [
      {
        module: DATABASE,
        find: 'async rows(statement, values) {',
        by: `async rows(statement, values) {
          return sequelize.query(statement.text, { bind: [...values], type: 'SELECT' });`,
      },
      {
        module: DATABASE,
        find: 'return { rows: (statement, values) => queryInTransaction(connection, statement, values) };',
        by: `return { rows: ({ text }, values) =>
          transaction.sequelize.query(text, { bind: [...values], type: 'SELECT', transaction }) };`,
      },
    ],
  },
  {
    name: 'named-statements',
    what: 'named prepared statements',
    plain: 'PostgreSQL parses and plans each call',
    workloads: ['product', 'posts', 'order'],
    edits: [{ module: PREPARED_QUERY, by: UNNAMED_QUERY }, NO_JOINED_CALLS],
  },
  {
    name: 'descriptions',
    what: 'the columns of a statement described once a connection',
    plain: "pg's own query object",
    workloads: ['product', 'booking', 'cash'],
    edits: [{ module: PREPARED_QUERY, by: DESCRIBED_QUERY }, NO_JOINED_CALLS],
  },
  {
    name: 'pipelining',
    what: 'statements pipelined on a connection, and shared connections',
    plain: 'each statement waits for the result of the one before it',
    workloads: ['product', 'booking', 'cash'],
    edits: [
      NO_SHARED_CONNECTION,
      NO_JOINED_CALLS,
      { module: PIPELINE, find: 'client.pipeline = true;', by: 'if (client !== undefined) return;' },
    ],
  },
  {
    name: 'joined-calls',
    what: 'one Sync for the statements that a transaction sends in one turn of the event loop',
    plain: 'one Sync a statement',
    workloads: ['booking', 'order', 'cash'],
    edits: [NO_JOINED_CALLS],
  },
  {
    name: 'shared-connections',
    what: 'concurrent lookups by a key on one connection',
    plain: 'each on a connection of its own',
    workloads: ['product', 'orders'],
    edits: [NO_SHARED_CONNECTION],
  },
  {
    name: 'serialized-replies',
    what: 'orders and posts sent as PostgreSQL serialized them',
    plain: 'node parses the JSON, builds the reply and serializes it',
    workloads: ['orders', 'posts'],
    edits: [
      {
        module: 'platform/database/serialized-reply.js',
        find: 'return new Proxy(',
        by: 'if (known !== null) return restore(json);\n    return new Proxy(',
      },
    ],
  },
  {
    name: 'concatenated-json',
    what: 'JSON concatenated as text in SQL',
    plain: '`json_build_object` and `json_agg`',
    workloads: ['orders', 'posts'],
    edits: [{ module: 'platform/database/json-expressions.js', by: JSON_FUNCTIONS }],
  },
  {
    name: 'pending-headers',
    what: 'headers written together, past Koa',
    plain: 'Koa sets each header and sends the body',
    workloads: ['product'],
    edits: [{ module: 'platform/http/replies/pending-headers.js', by: KOA_RESPONSES }],
  },
  {
    name: 'router-per-resource',
    what: 'one router for each resource',
    plain: 'one router for all paths',
    workloads: ['product'],
    edits: [
      {
        module: 'platform/http/routing/application.js',
        find: 'function resourceOf(path) {',
        by: `function resourceOf(path) {\n    if (path !== undefined) return '/';`,
      },
    ],
  },
];
