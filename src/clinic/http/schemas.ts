import { z } from 'zod';
import type { Principal } from '../../platform/http/routing/route.js';
import { id, idOut, text, trimmedText } from '../../platform/http/requests/schemas.js';
import type { Caller } from '../application/ports.js';

export const byId = z.object({ id });
export const named = z.object({ id: idOut, name: z.string() });
export const name = trimmedText({ min: 1, max: 200 });
export const note = text({ max: 2_000 }).nullable();

/** Staff and admins act for the practice. */
export const callerOf = ({ userId, role }: Principal): Caller => ({ userId, isStaff: role !== 'member' });
export const isStaff = (actor: Principal | null): boolean => actor !== null && actor.role !== 'member';
