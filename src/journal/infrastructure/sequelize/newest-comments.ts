import { NEWEST_COMMENTS } from '../../application/ports.js';
import { APPROVED } from './visible.js';

/** SELECT of the newest visible comments of `posts p`, each with the name of its author as `author_name`. */
export const NEWEST_COMMENTS_OF_POST = `
  SELECT c.*, a.name AS author_name FROM comments c JOIN public_users a ON a.id = c.author_id
  WHERE c.post_id = p.id AND p.comment_policy <> 'hidden' AND ${APPROVED}
  ORDER BY c.created_at DESC, c.id DESC LIMIT ${NEWEST_COMMENTS}`;
