import { Worker } from 'node:worker_threads';
import { invalidField } from '../../kernel/errors.js';
import type { MarkdownRenderer } from '../application/ports.js';

/** To be raised with every change of the pipeline that makes other HTML of the same source. */
export const RENDERER_VERSION = 1;

type Kind = 'post' | 'comment';
type Made = Readonly<{ html: string; plain: string; links: number }>;
type Reply = (Made & Readonly<{ ok: true }>) | Readonly<{ ok: false; tooDeep: boolean; message: string }>;
type Task = Readonly<{
  kind: Kind;
  source: string;
  resolve: (made: Made) => void;
  reject: (error: unknown) => void;
}>;

const POINTER: Readonly<Record<Kind, string>> = { post: '/content', comment: '/comment' };
/** HTML longer than this was multiplied on purpose. */
const MOST_HTML = 1_000_000;
const DEEPEST = 50;
const LONGEST_RUN = 500;
/** A stack of quotes and lists at the beginning of a line; the libraries need a multiple of its square. */
const CONTAINERS = /^(?:[ \t]*(?:>|(?:[-+*]|\d{1,9}[.)])(?=[ \t])))*/;
const CONTAINER = />|[-+*]|\d+[.)]/g;
const RUN = /([*_~`[\]!<])\1{500}/;

const LIMITS = { timeoutMs: 5_000, idleMs: 60_000 };

/** Refuses at sight what would nest beyond all reason, before time is spent on it. */
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
 * CommonMark and GFM by remark, made safe by rehype-sanitize (docs/adr/0020). One thread renders, one text after the
 * other; it starts with the first text, ends when there has been none for a while, and is ended over a text that takes
 * longer than `timeoutMs`.
 */
export function makeMarkdownRenderer({
  timeoutMs = LIMITS.timeoutMs,
  idleMs = LIMITS.idleMs,
}: Partial<typeof LIMITS> = {}): OwnedMarkdownRenderer {
  const waiting: Task[] = [];
  let worker: Worker | undefined;
  let current: Task | undefined;
  let deadline: NodeJS.Timeout | undefined;
  let idle: NodeJS.Timeout | undefined;

  async function stop(): Promise<void> {
    const stopped = worker;
    worker = undefined;
    clearTimeout(idle);
    await stopped?.terminate();
  }

  /** Ends the task at hand and turns to the next. */
  function settle(end: (task: Task) => void): void {
    clearTimeout(deadline);
    const task = current;
    current = undefined;
    if (task !== undefined) end(task);
    next();
  }

  const refuse = ({ kind, reject }: Task, detail: string): void => {
    reject(invalidField(POINTER[kind], detail));
  };

  function answer(reply: Reply): void {
    settle((task) => {
      if (!reply.ok && reply.tooDeep) refuse(task, 'nests too deeply');
      else if (!reply.ok) task.reject(new Error(`Markdown was not rendered: ${reply.message}`));
      else if (reply.html.length > MOST_HTML) refuse(task, 'becomes far more HTML than text');
      else task.resolve(reply);
    });
  }

  function start(): Worker {
    const started = new Worker(new URL('./markdown-worker.mjs', import.meta.url), {
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: 256 },
    });
    const isPresent = (): boolean => worker === started;
    started.on('message', (reply: Reply) => {
      if (isPresent()) answer(reply);
    });
    started.on('error', (error) => {
      if (!isPresent()) return;
      worker = undefined;
      const isFull = 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
      settle((task) => {
        if (isFull) refuse(task, 'takes too much to render');
        else task.reject(error);
      });
    });
    // Nobody waits for the thread: a process that has nothing else to do ends.
    started.unref();
    return started;
  }

  function next(): void {
    current = waiting.shift();
    clearTimeout(idle);
    if (current === undefined) {
      idle = setTimeout(() => void stop(), idleMs).unref();
      return;
    }
    worker ??= start();
    worker.postMessage({ kind: current.kind, source: current.source });
    deadline = setTimeout(() => {
      void stop();
      settle((task) => {
        refuse(task, 'takes too long to render');
      });
    }, timeoutMs);
  }

  const render = (kind: Kind, source: string): Promise<Made> =>
    new Promise((resolve, reject) => {
      assertFlat(source, kind);
      waiting.push({ kind, source, resolve, reject });
      if (current === undefined) next();
    });

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
      clearTimeout(deadline);
      await stop();
    },
  };
}
