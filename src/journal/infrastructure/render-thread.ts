import { Worker } from 'node:worker_threads';
import { DomainError, invalidField } from '../../kernel/errors.js';

export type Kind = 'post' | 'comment';
export type Made = Readonly<{ html: string; plain: string; links: number }>;
type Reply = (Made & Readonly<{ ok: true }>) | Readonly<{ ok: false; tooDeep: boolean; message: string }>;
type Task = Readonly<{
  kind: Kind;
  source: string;
  resolve: (made: Made) => void;
  reject: (error: unknown) => void;
}>;

/** The JSON pointer of the source in the request, by kind. */
export const POINTER: Readonly<Record<Kind, string>> = { post: '/content', comment: '/comment' };
/** A thread that has not loaded its libraries by then will not serve any text. */
const STARTS_WITHIN_MS = 60_000;
/** Only a malicious text renders to longer HTML. */
const MOST_HTML = 1_000_000;

export type RenderThread = Readonly<{
  /** 422 `validation` for a text that exceeds the limits; busy `unavailable` when too many texts wait. */
  render(kind: Kind, source: string): Promise<Made>;
  /** Rejects the waiting texts (busy `unavailable`). */
  close(): Promise<void>;
}>;

const unavailable = (message: string, retryAfterSeconds: number): DomainError =>
  new DomainError('busy', 'unavailable', message, { retryAfterSeconds });

/**
 * Renders one text after the other on one thread. The thread starts with the first text and ends when it was idle for
 * `idleMs`. It is terminated when a text takes longer than `timeoutMs`, counted from when the thread begins with it; the next
 * text starts a new thread.
 */
export function makeRenderThread({
  timeoutMs,
  idleMs,
  mostWaiting,
}: Readonly<{ timeoutMs: number; idleMs: number; mostWaiting: number }>): RenderThread {
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

  /** Ends the current task and starts the next. */
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

  /** Called when the thread begins with the current text. Its start does not count, which takes long on a busy machine. */
  function limitRendering(): void {
    clearTimeout(deadline);
    deadline = setTimeout(() => {
      void stop();
      settle((task) => {
        refuse(task, 'takes too long to render; shorten it or use less markup');
      });
    }, timeoutMs);
  }

  function start(): Worker {
    const started = new Worker(new URL('./markdown-worker.mjs', import.meta.url), {
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: 256 },
    });
    const isPresent = (): boolean => worker === started;
    started.on('message', (message: Reply | 'begun') => {
      if (!isPresent()) return;
      if (message === 'begun') limitRendering();
      else answer(message);
    });
    started.on('error', (error) => {
      if (!isPresent()) return;
      worker = undefined;
      const isFull = 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
      settle((task) => {
        if (isFull) refuse(task, 'takes too much memory to render; shorten it or use less markup');
        else task.reject(error);
      });
    });
    // The thread does not keep the process alive.
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
      settle(({ reject }) => {
        reject(unavailable('Texts cannot be rendered at the moment.', 1));
      });
    }, STARTS_WITHIN_MS);
  }

  const render = (kind: Kind, source: string): Promise<Made> =>
    new Promise((resolve, reject) => {
      if (waiting.length >= mostWaiting) {
        reject(unavailable('Too many texts wait to be rendered; try again.', Math.ceil(timeoutMs / 1_000)));
        return;
      }
      waiting.push({ kind, source, resolve, reject });
      if (current === undefined) next();
    });

  return {
    render,
    async close() {
      clearTimeout(deadline);
      const abandoned = [...(current === undefined ? [] : [current]), ...waiting.splice(0)];
      current = undefined;
      for (const { reject } of abandoned) reject(unavailable('The server is shutting down.', 1));
      await stop();
    },
  };
}
