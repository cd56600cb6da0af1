import type { Config } from './platform/config/config.js';

/** The text that a server prints once it serves at `url`. */
export const startupBanner = (url: string, { demo }: Pick<Config, 'demo'>): readonly string[] => [
  `Praxis is ready on ${url}`,
  `API reference: ${url}/docs`,
  ...(demo
    ? [
        'Demo practice: sign in as admin@praxis.test, staff@praxis.test or member@praxis.test with praxis-demo-2026',
      ]
    : []),
];
