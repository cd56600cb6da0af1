import { invalidField } from '../../kernel/errors.js';
import type { MarkdownRenderer } from '../application/ports.js';
import { makeRenderThread, POINTER, type Kind, type Made } from './render-thread.js';

/** To be raised with every change of the pipeline that makes other HTML of the same source. */
export const RENDERER_VERSION = 1;

/** UTF-16 code units. The slowest text of this length takes well below a second. */
const SMALL = 5_000;
const DEEPEST = 50;
const LONGEST_RUN = 500;
/** A stack of quotes and lists at the beginning of a line; the libraries need a multiple of its square. */
const CONTAINERS = /^(?:[ \t]*(?:>|(?:[-+*]|\d{1,9}[.)])(?=[ \t])))*/;
const CONTAINER = />|[-+*]|\d+[.)]/g;
const RUN = /([*_~`[\]!<])\1{500}/;

const LIMITS = { timeoutMs: 5_000, idleMs: 60_000, mostWaiting: { small: 100, large: 5 } };

/** Refuses at scope what would nest beyond all reason, before time is spent on it. */
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
 * CommonMark and GFM by remark, made safe by rehype-sanitize (docs/adr/0020). Comments and short posts are rendered on a
 * thread of their own, so they never wait behind long posts. A text that takes longer than `timeoutMs` is refused; so is
 * one that comes when `mostWaiting` texts of its size are waiting (busy `unavailable`).
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
