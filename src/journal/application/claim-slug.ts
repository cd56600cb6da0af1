import { DomainError } from '../../kernel/errors.js';
import { numberedSlug } from '../domain/slug.js';
import type { PostRepository } from './ports.js';

const ATTEMPTS = 100;
const BATCH = 50;

/** Numbers from `first` on whose slug was free when this function looked, read in batches. */
async function* freeNumbers(posts: PostRepository, slug: string, first: number) {
  for (let from = first; ; from += BATCH) {
    const numbers = Array.from({ length: BATCH }, (_, index) => from + index);
    const free = await posts.freeSlugs(numbers.map((number) => numberedSlug(slug, number)));
    for (const number of numbers) if (free.has(numberedSlug(slug, number))) yield number;
  }
}

/**
 * Claims the slug, or the first free one of `slug-2`, `slug-3`, … Only the claim decides, so concurrent requests never get
 * the same slug. busy `unavailable` after a hundred lost races.
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
