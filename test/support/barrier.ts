/**
 * A barrier for `parties` racers: each `await`s what this returns, and all go on once the last has come. A control that
 * races naively then fails every time, and not only where the machine is in the mood for it.
 */
export function barrier(parties: number): () => Promise<void> {
  let missing = parties;
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return () => {
    missing -= 1;
    if (missing === 0) open();
    return opened;
  };
}
