import { invalidField } from '../../kernel/errors.js';
import { passwordFault } from '../domain/password.js';
import type { CommonPasswords } from './ports.js';

/** 422 `validation` at `pointer` when `password` is too short, too long, common, or the address itself. */
export type CheckPassword = (password: string, email: string, pointer: string) => Promise<void>;

export const makeCheckPassword =
  ({ commonPasswords }: { commonPasswords: CommonPasswords }): CheckPassword =>
  async (password, email, pointer) => {
    const fault = passwordFault(password, email, await commonPasswords.load());
    if (fault !== undefined) throw invalidField(pointer, fault);
  };
