import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Made by `npm run build`. The same distance from `src/platform/http` and from `dist/platform/http`. */
const BUILT = fileURLToPath(new URL('../../../assets/reference.js', import.meta.url));

/**
 * The file of Scalar's script for browsers: the copy beside the compiled code, or, where the sources run uncompiled,
 * the one in the development dependency. Its package exports no path to it, so it is found from the main file.
 */
export function referenceScript(): string {
  if (existsSync(BUILT)) return BUILT;
  const main = createRequire(import.meta.url).resolve('@scalar/fastify-api-reference');
  return path.join(path.dirname(main), 'js', 'standalone.js');
}
