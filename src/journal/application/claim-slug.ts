import { DomainError } from '../../kernel/errors.js';
import { numberedSlug } from '../domain/slug.js';
import type { PostRepository } from './ports.js';

const ATTEMPTS = 100;
const LOOKED_AT_ONCE = 50;

/** The numbers that are worth trying, from `first` on: of each stretch those that look free. */
async function* freeNumbers(posts: PostRepository, slug: string, first: number) {
  for (let from = first; ; from += LOOKED_AT_ONCE) {
    const numbers = Array.from({ length: LOOKED_AT_ONCE }, (_, index) => from + index);
    const free = await posts.freeSlugs(numbers.map((number) => numberedSlug(slug, number)));
    for (const number of numbers) if (free.has(numberedSlug(slug, number))) yield number;
  }
}

/**
 * The slug, or the first of `slug-2`, `slug-3`, … that can be had. Looking only says which are worth a try; the claim
 * decides, so racers never get the same one. busy after a hundred lost races.
 */
export async function claimFreeSlug(posts: PostRepository, slug: string, postId: string): Promise<string> {
  if (await posts.claimSlug(slug, postId)) return slug;
  let attempts = 1;
  for await (const number of freeNumbers(posts, slug, 2)) {
    const candidate = numberedSlug(slug, number);
    if (await posts.claimSlug(candidate, postId)) return candidate;
    attempts += 1;
    if (attempts >= ATTEMPTS) break;
  }
  throw new DomainError('busy', 'unavailable', 'Too many others want the same slug; try again.', {
    retryAfterSeconds: 1,
  });
}
