// Public API of the context. No other context uses it yet.
export type { CommentStatus } from './domain/comment.js';
export type { PostStatus } from './domain/post.js';
