import { DomainError } from '../../kernel/errors.js';
import type { CommentView, MarkdownRenderer, PostView } from './ports.js';

type Dependencies = Readonly<{ markdown: MarkdownRenderer }>;

/** Shows a text that the current renderer refuses without a body: HTML of an older renderer may be unsafe. */
async function unlessRefused<Result>(rendering: Promise<Result>, instead: Result): Promise<Result> {
  try {
    return await rendering;
  } catch (error) {
    if (error instanceof DomainError) return instead;
    throw error;
  }
}

/** The same view when the current renderer made its HTML; otherwise one with the HTML rendered again. */
export async function rerenderCommentIfStale<View extends CommentView>(
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
  const comments = await Promise.all(
    view.comments.map((comment) => rerenderCommentIfStale(comment, dependencies)),
  );
  return { ...view, rendered, htmlVersions, comments };
}
