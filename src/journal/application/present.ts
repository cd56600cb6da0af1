import { DomainError } from '../../kernel/errors.js';
import type { Post } from '../domain/post.js';
import type { CommentView, JournalQueries, MarkdownRenderer, PostView, VisibilityScope } from './ports.js';

type Dependencies = Readonly<{ markdown: MarkdownRenderer }>;

/** What today's renderer refuses is shown without a body: what an older one made of it is never shown again. */
async function unlessRefused<Result>(rendering: Promise<Result>, instead: Result): Promise<Result> {
  try {
    return await rendering;
  } catch (error) {
    if (error instanceof DomainError) return instead;
    throw error;
  }
}

/** The comment with HTML as it is made today. */
export async function freshComment<View extends CommentView>(
  view: View,
  { markdown }: Dependencies,
): Promise<View> {
  if (view.comment === null || view.htmlVersion === markdown.version) return view;
  const { html } = await unlessRefused(markdown.comment(view.comment), {
    html: '',
    version: markdown.version,
    links: 0,
  });
  return { ...view, html, htmlVersion: markdown.version };
}

/** The same view when the current renderer made all its HTML; otherwise one with the HTML rendered again. */
export async function rerenderIfStale(view: PostView, dependencies: Dependencies): Promise<PostView> {
  const { markdown } = dependencies;
  const { version } = markdown;
  if (view.htmlVersions.every((made) => made === version)) return view;
  const htmlVersions = view.htmlVersions.map(() => version);
  const rendered =
    view.rendered.version === version
      ? view.rendered
      : await unlessRefused<PostView['rendered']>(markdown.post(view.content), { html: '', version });
  if (view.comments === undefined) return { ...view, rendered, htmlVersions };
  const comments = await Promise.all(view.comments.map((comment) => freshComment(comment, dependencies)));
  return { ...view, rendered, htmlVersions, comments };
}

/** What has just been written, as whoever wrote it reads it. */
export async function readBack(
  queries: JournalQueries,
  post: Post,
  sight: VisibilityScope,
): Promise<PostView> {
  const view = await queries.post({ id: post.id }, sight);
  if (view === undefined) throw new Error(`post ${post.id} is gone from under its author`);
  return view;
}
