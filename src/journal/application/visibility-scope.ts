import type { Clock } from '../../kernel/clock.js';
import { audienceOf, type Viewer } from '../domain/viewer.js';
import type { VisibilityScope } from './ports.js';

/** The posts that `viewer` can see now. */
export const scopeOf = (viewer: Viewer, clock: Clock): VisibilityScope => ({
  audience: audienceOf(viewer),
  now: clock.now(),
});
