'use strict';

/** The contexts that each context may use, by their `index.ts`. Acyclic; add a new context here. */
const CONTEXTS = {
  identity: [],
  cash: ['identity'],
  billing: ['cash', 'identity'],
  storefront: ['cash', 'identity'],
  clinic: ['identity'],
  journal: ['identity'],
};

/** The folders of platform/http that each of them may use. `routing` brings them together and may use all. */
const HTTP_FOLDERS = {
  requests: ['replies', 'rate-limits', 'routing'],
  replies: ['requests'],
  'rate-limits': ['replies'],
  idempotency: ['replies'],
  pages: ['replies', 'requests'],
  server: ['rate-limits', 'replies'],
};

const names = Object.keys(CONTEXTS).join('|');
const anyContext = `^src/(?:${names})/`;
/** Files of one layer of any context; `$1` in the other half of the rule is the name of the context. */
const inside = (layer) => `^src/(${names})/${layer}`;
const npm = (name) => `(?:^|/)node_modules/${name}/`;

/** A rule that lists the allowed imports; all others are errors, modules of Node included. */
const only = (name, from, allowed, comment) => ({
  name,
  severity: 'error',
  comment,
  from: { path: from },
  to: { pathNot: allowed },
});

module.exports = {
  forbidden: [
    only('kernel', '^src/kernel/', ['^src/kernel/'], 'The kernel imports nothing.'),
    only(
      'domain',
      inside('domain/'),
      ['^src/$1/domain/', '^src/kernel/'],
      'A domain imports itself and the kernel.',
    ),
    only(
      'application',
      inside('application/'),
      ['^src/$1/(?:application|domain)/', '^src/kernel/'],
      'A use case imports its ports, its domain and the kernel: no package, no I/O, no other context.',
    ),
    {
      name: 'infrastructure',
      severity: 'error',
      comment:
        'An adapter imports its own ports, the platform, packages, and the index.ts of other contexts.',
      from: { path: inside('infrastructure/') },
      to: {
        path: '^src/',
        pathNot: [
          '^src/$1/(?:infrastructure|application|domain)/',
          '^src/(?:kernel|platform)/',
          '^src/[^/]+/index\\.ts$',
        ],
      },
    },
    only(
      'http',
      inside('http/'),
      ['^src/$1/(?:http|application)/', '^src/(?:kernel|platform)/', npm('zod')],
      'A route imports its use cases, the kernel, the platform and zod.',
    ),
    only(
      'index',
      inside('index\\.ts$'),
      ['^src/$1/(?:application|domain)/'],
      'The index.ts of a context exports types and ports.',
    ),
    only(
      'module',
      inside('module\\.ts$'),
      ['^src/$1/', '^src/(?:kernel|platform)/', npm('awilix')],
      'A module.ts registers its own context.',
    ),
    {
      name: 'platform',
      severity: 'error',
      comment: 'The platform is technical and imports no context.',
      from: { path: '^src/platform/' },
      to: { path: '^src/', pathNot: ['^src/(?:platform|kernel)/'] },
    },
    {
      name: 'below-http',
      severity: 'error',
      comment: 'These parts of the platform do not depend on HTTP.',
      from: { path: '^src/platform/(?:config|database|embedded-postgres|jobs|mail|payments|time)/' },
      to: { path: '^src/platform/(?:http|openapi)/' },
    },
    ...Object.entries(HTTP_FOLDERS).map(([folder, used]) => ({
      name: `http-${folder}`,
      severity: 'error',
      comment: `platform/http/${folder} uses only ${used.join(' and ')} of platform/http.`,
      from: { path: `^src/platform/http/${folder}/` },
      to: {
        path: '^src/platform/http/',
        pathNot: [folder, ...used].map((other) => `^src/platform/http/${other}/`),
      },
    })),
    {
      name: 'embedded-postgres',
      severity: 'error',
      comment: 'The launcher of PostgreSQL uses only the configuration and the database clients.',
      from: { path: '^src/platform/embedded-postgres/' },
      to: {
        path: '^src/',
        pathNot: [
          '^src/platform/(?:embedded-postgres|config|database)/',
          '^src/platform/[^/]+\\.ts$',
          '^src/kernel/',
        ],
      },
    },
    {
      name: 'embedded-postgres-users',
      severity: 'error',
      comment: 'Only the database and the command line know which PostgreSQL runs.',
      from: { path: '^src/', pathNot: '^src/platform/(?:embedded-postgres|database|cli)/' },
      to: { path: '^src/platform/embedded-postgres/' },
    },
    {
      name: 'payments',
      severity: 'error',
      comment: 'An adapter of the payment gateway imports the kernel, the configuration and the database.',
      from: { path: '^src/platform/payments/' },
      to: { path: '^src/', pathNot: ['^src/platform/(?:payments|config|database)/', '^src/kernel/'] },
    },
    {
      name: 'root',
      severity: 'error',
      comment:
        'The composition root imports the module.ts of contexts and the platform, no other file of a context.',
      from: { path: '^src/[^/]+\\.ts$' },
      to: {
        path: '^src/',
        pathNot: ['^src/[^/]+\\.ts$', '^src/(?:platform|kernel)/', '^src/[^/]+/module\\.ts$'],
      },
    },
    ...Object.entries(CONTEXTS).map(([context, used]) => ({
      name: `context-${context}`,
      severity: 'error',
      comment: `${context} uses ${used.length > 0 ? used.join(' and ') : 'no other context'}, and only by index.ts.`,
      from: { path: `^src/${context}/` },
      to: {
        path: anyContext,
        pathNot: [`^src/${context}/`, ...used.map((other) => `^src/${other}/index\\.ts$`)],
      },
    })),
    {
      name: 'no-circle',
      severity: 'error',
      comment: 'Files that import each other are one file, or share a third.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-dev-dependency',
      severity: 'error',
      comment:
        'Production code imports production dependencies; sequelize-cli is itself a development dependency.',
      from: { path: '^src/', pathNot: '^src/platform/database/sequelize-cli\\.cjs$' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'no-tests',
      severity: 'error',
      comment: 'The application imports no tests.',
      from: { path: '^src/' },
      to: { path: '^(?:test|scripts)/' },
    },
    {
      name: 'resolvable',
      severity: 'error',
      comment: 'An unresolved import escapes every other rule.',
      from: { path: '^src/' },
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
