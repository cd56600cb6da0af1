import { ids } from './examples.js';

/** The parts that all routes of posts share. */
export const tag = 'posts';
export const exampleParams = { id: ids.post };
export const OTHERS = 'Answers 404 for somebody else’s post, except to admins.';
