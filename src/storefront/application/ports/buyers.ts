/** The users, as far as the shop needs them. */
export interface Buyers {
  /** false for an unknown, disabled or erased user. */
  isActive(userId: string): Promise<boolean>;
}
