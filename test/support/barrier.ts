/**
 * A barrier for `parties` racers: each awaits the returned function, and all continue when the last has arrived. So a
 * naive control loses the race every time, on any machine.
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
