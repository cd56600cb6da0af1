import { invalidField } from '../../kernel/errors.js';
import type { MarkdownRenderer } from '../application/ports.js';
import { makeRenderThread, POINTER, type Kind, type Made } from './render-thread.js';

/** Increase it with every change of the pipeline that changes the HTML of a source. */
export const RENDERER_VERSION = 1;

/** UTF-16 code units. The slowest text of this length takes less than a second. */
const SMALL = 5_000;
const DEEPEST = 50;
const LONGEST_RUN = 500;
/** Nested quotes and lists at the beginning of a line; the libraries need time in proportion to the square of their number. */
const CONTAINERS = /^(?:[ \t]*(?:>|(?:[-+*]|\d{1,9}[.)])(?=[ \t])))*/;
const CONTAINER = />|[-+*]|\d+[.)]/g;
const RUN = /([*_~`[\]!<])\1{500}/;

const LIMITS = { timeoutMs: 5_000, idleMs: 60_000, mostWaiting: { small: 100, large: 5 } };

/** Refuses deeply nested texts before rendering them. */
function assertFlat(source: string, kind: Kind): void {
  const isDeep = (line: string): boolean =>
    ((CONTAINERS.exec(line)?.[0] ?? '').match(CONTAINER) ?? []).length > DEEPEST;
  if (RUN.test(source))
    throw invalidField(POINTER[kind], `holds a run of more than ${LONGEST_RUN} of the same mark`);
  if (source.split('\n').some(isDeep))
    throw invalidField(POINTER[kind], `nests deeper than ${DEEPEST} quotes and lists`);
}

export type OwnedMarkdownRenderer = MarkdownRenderer & Readonly<{ close(): Promise<void> }>;

/**
 * Renders CommonMark and GFM by remark and sanitises it by rehype-sanitize (docs/adr/0020). Comments and short posts have
 * their own thread, so that they do not wait behind long posts. Refuses a text that takes longer than `timeoutMs`, and one
 * that arrives when `mostWaiting` texts of its size are waiting (busy `unavailable`).
 */
export function makeMarkdownRenderer({
  timeoutMs = LIMITS.timeoutMs,
  idleMs = LIMITS.idleMs,
  mostWaiting = LIMITS.mostWaiting,
}: Partial<typeof LIMITS> = {}): OwnedMarkdownRenderer {
  const small = makeRenderThread({ timeoutMs, idleMs, mostWaiting: mostWaiting.small });
  const large = makeRenderThread({ timeoutMs, idleMs, mostWaiting: mostWaiting.large });

  async function render(kind: Kind, source: string): Promise<Made> {
    assertFlat(source, kind);
    const thread = kind === 'comment' || source.length <= SMALL ? small : large;
    return thread.render(kind, source);
  }

  return {
    version: RENDERER_VERSION,
    async post(source) {
      const { html, plain } = await render('post', source);
      return { html, plain, version: RENDERER_VERSION };
    },
    async comment(source) {
      const { html, links } = await render('comment', source);
      return { html, links, version: RENDERER_VERSION };
    },
    async close() {
      await Promise.all([small.close(), large.close()]);
    },
  };
}
