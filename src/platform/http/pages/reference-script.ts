import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** `npm run build` makes it. The relative path is the same from `src` and from `dist`. */
const BUILT = fileURLToPath(new URL('../../../assets/reference.js', import.meta.url));

/**
 * The path of Scalar's browser script: the copy beside the compiled code, or the file of the development dependency where
 * the sources run uncompiled. The package does not export the file, so its path is derived from the main file.
 */
export function referenceScript(): string {
  if (existsSync(BUILT)) return BUILT;
  const main = createRequire(import.meta.url).resolve('@scalar/fastify-api-reference');
  return path.join(path.dirname(main), 'js', 'standalone.js');
}
