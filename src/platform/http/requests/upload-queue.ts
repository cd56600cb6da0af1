/** How many uploads a process works on at a time, and how many more it takes to wait for their turn. */
export type UploadQueueLimits = Readonly<{ atWork: number; waiting: number }>;

/** A place among those that are received, waiting, or worked on. */
export type UploadPlace = Readonly<{
  /** Resolves when fewer than `atWork` are worked on; the order is that of the calls. */
  turn(): Promise<void>;
  /** Gives the place, and the turn where there was one, to the next. */
  leave(): void;
}>;

export interface UploadQueue {
  /** undefined when all places are taken. */
  enter(): UploadPlace | undefined;
}

/** Waiting uploads hold a file on disk and neither memory nor a database connection. */
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
          else resume(); // it takes the turn over
        },
      };
    },
  };
}
