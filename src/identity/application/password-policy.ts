import { invalidField } from '../../kernel/errors.js';
import { passwordFault } from '../domain/password.js';
import type { PasswordStrength } from './ports.js';

/** 422 `validation` at `pointer` when `password` is too short, too long, easy to guess, or the address itself. */
export type CheckPassword = (password: string, email: string, pointer: string) => Promise<void>;

export const makeCheckPassword =
  ({ passwordStrength }: { passwordStrength: PasswordStrength }): CheckPassword =>
  async (password, email, pointer) => {
    const fault = passwordFault(password, email, await passwordStrength.load());
    if (fault !== undefined) throw invalidField(pointer, fault);
  };
