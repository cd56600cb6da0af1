/** The bystander's address. Attacks must not use it, or its requests count against theirs. */
export const BYSTANDER_ADDRESS = '127.0.0.9';

/** Addresses for attackers: 127.0.1.1 to 127.0.1.254, by turns. */
export const attackerAddress = (index: number): string => `127.0.1.${1 + (index % 254)}`;
