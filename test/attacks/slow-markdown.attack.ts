import { randomUUID } from 'node:crypto';
import { slowMarkdown } from '../support/slow-markdown.js';
import type { Attack } from './attack.js';
import { callOf, signIn } from './members.js';

const SLOWEST = ['a_', '](', '*a'];
/** Detects a hang only: each text is refused after five seconds, and three may be rendered one after the other. */
const HANGS_AFTER_MS = 60_000;

type Item = Readonly<{ id: string; commentPolicy: string }>;

export const attack: Attack = {
  does: 'Staff send long posts that take longest to render and to index, while a member comments.',
  async run(target, scale, signal) {
    const call = callOf(target, signal);
    const [staff, member] = [
      await signIn(call, 'staff@praxis.test'),
      await signIn(call, 'member@praxis.test'),
    ];
    const texts = [...slowMarkdown(50_000)]
      .filter(([piece]) => scale === 'whole' || SLOWEST.includes(piece))
      .map(([, text]) => text.toWellFormed());
    const list = (await call('GET', '/v1/posts', { token: member })).body as { items: Item[] };
    const open = list.items.find(({ commentPolicy }) => commentPolicy === 'open')!;
    const figures = { created: 0, refused: 0, busy: 0, otherwise: 0, slowestMs: 0, commentMs: 0 };
    const post = async (): Promise<void> => {
      for (let content = texts.pop(); content !== undefined; content = texts.pop()) {
        const began = performance.now();
        const { status } = await call('POST', '/v1/posts', {
          token: staff,
          headers: { 'idempotency-key': randomUUID() },
          body: { title: 'Slow', content },
        });
        figures.slowestMs = Math.max(figures.slowestMs, Math.round(performance.now() - began));
        if (status === 201) figures.created += 1;
        else if (status === 422) figures.refused += 1;
        else if (status === 503) figures.busy += 1;
        else figures.otherwise += 1;
      }
    };
    const posting = Promise.all(SLOWEST.map(post));
    const began = performance.now();
    const comment = await call('POST', `/v1/posts/${open.id}/comments`, {
      token: member,
      headers: { 'idempotency-key': randomUUID() },
      body: { comment: `A word ${randomUUID()}.` },
    });
    figures.commentMs = Math.round(performance.now() - began);
    if (comment.status !== 201) figures.otherwise += 1;
    await posting;
    return figures;
  },
  faults: ({ busy = 0, otherwise = 0, slowestMs = 0, commentMs = 0 }) => [
    ...(busy > 0 ? [`${busy} posts ended as 503, which invites to try again`] : []),
    ...(otherwise > 0 ? [`${otherwise} requests were answered otherwise`] : []),
    ...(slowestMs > HANGS_AFTER_MS ? [`a post took ${slowestMs} ms`] : []),
    ...(commentMs > HANGS_AFTER_MS ? [`a comment took ${commentMs} ms`] : []),
  ],
};
