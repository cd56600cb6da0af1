'use strict';

/** Which contexts each context may ask, by their doors (`index.ts`). Acyclic; a new context is entered here. */
const CONTEXTS = {
  identity: [],
  cash: ['identity'],
  storefront: ['cash', 'identity'],
  clinic: ['identity', 'cash'],
  journal: ['identity'],
};

const names = Object.keys(CONTEXTS).join('|');
const anyContext = `^src/(?:${names})/`;
/** Files of a context's layer; the context's name is the pattern's first group, `$1` in the rule's other half. */
const inside = (layer) => `^src/(${names})/${layer}`;
const npm = (name) => `(?:^|/)node_modules/${name}/`;

/** A rule that names what is allowed; everything else, Node's own modules included, is an error. */
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
      'A domain knows itself and the kernel.',
    ),
    only(
      'application',
      inside('application/'),
      ['^src/$1/(?:application|domain)/', '^src/kernel/'],
      'A use case knows its ports, its domain and the kernel: no package, no I/O, no other context.',
    ),
    {
      name: 'infrastructure',
      severity: 'error',
      comment: 'An adapter knows its own ports, the platform, packages, and other contexts by their doors.',
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
      'A route knows its use cases, the kernel, the platform and zod.',
    ),
    only('door', inside('index\\.ts$'), ['^src/$1/(?:application|domain)/'], 'A door shows types and ports.'),
    only(
      'module',
      inside('module\\.ts$'),
      ['^src/$1/', '^src/(?:kernel|platform)/', npm('awilix')],
      'A module registers its own context.',
    ),
    {
      name: 'platform',
      severity: 'error',
      comment: 'The platform is technical and knows no context.',
      from: { path: '^src/platform/' },
      to: { path: '^src/', pathNot: ['^src/(?:platform|kernel)/'] },
    },
    {
      name: 'root',
      severity: 'error',
      comment: 'What wires the application knows modules and the platform, never a context from within.',
      from: { path: '^src/[^/]+\\.ts$' },
      to: {
        path: '^src/',
        pathNot: ['^src/[^/]+\\.ts$', '^src/(?:platform|kernel)/', '^src/[^/]+/module\\.ts$'],
      },
    },
    ...Object.entries(CONTEXTS).map(([context, asked]) => ({
      name: `context-${context}`,
      severity: 'error',
      comment: `${context} asks ${asked.length > 0 ? asked.join(' and ') : 'nobody'}, and only by the door.`,
      from: { path: `^src/${context}/` },
      to: {
        path: anyContext,
        pathNot: [`^src/${context}/`, ...asked.map((other) => `^src/${other}/index\\.ts$`)],
      },
    })),
    {
      name: 'no-circle',
      severity: 'error',
      comment: 'Files that need each other are one file, or lack a third.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-dev-dependency',
      severity: 'error',
      comment: 'What runs in production is installed in production; sequelize-cli is for development itself.',
      from: { path: '^src/', pathNot: '^src/platform/database/sequelize-cli\\.cjs$' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'no-tests',
      severity: 'error',
      comment: 'The application does not know its tests.',
      from: { path: '^src/' },
      to: { path: '^(?:test|scripts)/' },
    },
    {
      name: 'resolvable',
      severity: 'error',
      comment: 'An import that leads nowhere hides every rule about it.',
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
