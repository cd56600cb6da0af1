import type { Directory } from '../../identity/index.js';
import type { Members } from '../application/ports.js';

/** Members, from the directory of identity. */
export const makeClinicMembers = ({ directory }: { directory: Directory }): Members => ({
  async find(userId) {
    const person = await directory.find(userId);
    return person && { name: person.name, email: person.email, isStaff: person.role !== 'member' };
  },
});
