/** The bystander's address. Attacks must not use it, or its requests count against theirs. */
export const BYSTANDER_ADDRESS = '127.0.0.9';

const ADDRESSES = 254;
let taken = 0;

/** 127.0.1.1 to 127.0.1.254, by turns. */
export const attackerAddress = (index: number): string => `127.0.1.${1 + (index % ADDRESSES)}`;

/** One that no attack of this process has used lately: a server that has shut one out meets the next attack at another. */
export const freshAttackerAddress = (): string => attackerAddress(taken++);
