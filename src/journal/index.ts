// The door: what other contexts may use. Nobody asks the journal for anything.
export type { CommentStatus, PostStatus } from './application/ports.js';
