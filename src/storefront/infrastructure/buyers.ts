import type { Directory } from '../../identity/index.js';
import type { Buyers } from '../application/ports.js';

/** Buyers, from the directory of identity. */
export const makeBuyers = ({ directory }: { directory: Directory }): Buyers => ({
  isActive: async (userId) => (await directory.find(userId)) !== undefined,
});
