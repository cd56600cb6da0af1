/**
 * The address of the bystander. Attacks must not use it, because limits would count their requests together with the
 * bystander's.
 */
export const BYSTANDER_ADDRESS = '127.0.0.9';

const ADDRESSES = 254;
let taken = 0;

/** 127.0.1.1 to 127.0.1.254, by turns. */
export const attackerAddress = (index: number): string => `127.0.1.${1 + (index % ADDRESSES)}`;

/** An address that no attack of this process has used lately, because the server may still block an earlier one. */
export const freshAttackerAddress = (): string => attackerAddress(taken++);
