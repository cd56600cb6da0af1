type Results<Asked extends readonly unknown[]> = { -readonly [Key in keyof Asked]: Awaited<Asked[Key]> };

/**
 * Waits for things that were asked for at once. Rejects with the failure of the first that failed in the order of the
 * list, however late it came: the others may have failed for no other reason.
 */
export async function inOrder<Asked extends readonly unknown[] | []>(asked: Asked): Promise<Results<Asked>> {
  const results: readonly PromiseSettledResult<unknown>[] = await Promise.allSettled(asked);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return results.map((result) => (result as PromiseFulfilledResult<unknown>).value) as Results<Asked>;
}
