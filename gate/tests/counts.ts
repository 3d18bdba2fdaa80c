/** What a test counted, for whoever reads its report (`make show-screening`). */
import type { TaskMeta } from "vitest";

type Counts = Readonly<Record<string, number>>;

declare module "vitest" {
  interface TaskMeta {
    counts?: Counts;
  }
}

/** Put the counts into the test's report. */
export function record(task: { readonly meta: TaskMeta }, counts: Counts): void {
  task.meta.counts = counts;
}
