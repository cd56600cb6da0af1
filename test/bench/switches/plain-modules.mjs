/** Module hooks (`module.register`) that load other source texts for some modules of the build. */

/** @type {Readonly<Record<string, string>>} Source texts by URL. */
let sources = {};

/** @param {Readonly<Record<string, string>>} given */
export function initialize(given) {
  sources = given;
}

/** @type {import('node:module').LoadHook} */
export async function load(url, context, nextLoad) {
  const source = sources[url];
  return source === undefined ? nextLoad(url, context) : { format: 'module', source, shortCircuit: true };
}
