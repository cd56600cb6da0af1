import type { RenderedComment } from '../../domain/comment.js';
import type { Rendered } from '../../domain/post.js';

/** Renders Markdown to safe HTML. Slow, so never called inside a unit of work. */
export interface MarkdownRenderer {
  /** Increases when the same source is rendered differently. */
  readonly version: number;
  /** 422 `validation` at /content for a text that exceeds the limits of rendering. */
  post(source: string): Promise<Rendered>;
  /** Allows fewer elements and marks links as user content. 422 `validation` at /comment. */
  comment(source: string): Promise<RenderedComment>;
}
