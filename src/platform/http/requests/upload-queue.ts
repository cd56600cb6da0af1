/** The number of uploads that a process works on at a time, and of those that wait. */
export type UploadQueueLimits = Readonly<{ atWork: number; waiting: number }>;

/** A place of an upload that is received, waiting, or worked on. */
export type UploadPlace = Readonly<{
  /** Resolves when fewer than `atWork` uploads are worked on, in the order of the calls. */
  turn(): Promise<void>;
  /** Frees the place and starts the next waiting upload. */
  leave(): void;
}>;

export interface UploadQueue {
  /** undefined when no place is free. */
  enter(): UploadPlace | undefined;
}

/** Limits concurrent uploads. A waiting upload holds a file on disk, but no memory and no database connection. */
export function makeUploadQueue({ atWork, waiting }: UploadQueueLimits): UploadQueue {
  let places = 0;
  let working = 0;
  const next: (() => void)[] = [];
  return {
    enter() {
      if (places >= atWork + waiting) return undefined;
      places += 1;
      let hasTurn = false;
      return {
        async turn() {
          if (working < atWork) working += 1;
          else await new Promise<void>((resolve) => next.push(resolve));
          hasTurn = true;
        },
        leave() {
          places -= 1;
          if (!hasTurn) return;
          const resume = next.shift();
          if (resume === undefined) working -= 1;
          else resume(); // the next upload continues
        },
      };
    },
  };
}
