/** Requests in flight at once, unless a caller says otherwise. */
export const defaultConcurrency = 8

/**
 * Runs `work` over the items, at most `limit` at a time, starting them in order. Errors do not stop the others; they are
 * returned in the order of their items.
 */
export async function inParallel<T>(items: readonly T[], work: (item: T, index: number) => Promise<unknown>, limit = defaultConcurrency): Promise<unknown[]> {
  const errors: { index: number; error: unknown }[] = []
  let next = 0
  const run = async (): Promise<void> => {
    while (next < items.length) {
      const index = next++
      try {
        await work(items[index]!, index)
      } catch (error) {
        errors.push({ index, error })
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, run))
  return errors.sort((a, b) => a.index - b.index).map((e) => e.error)
}

/** The same for results; the first error is thrown once all have ended. */
export async function mapParallel<T, R>(items: readonly T[], work: (item: T) => Promise<R>, limit = defaultConcurrency): Promise<R[]> {
  const results: R[] = Array.from({ length: items.length })
  const errors = await inParallel(items, async (item, index) => { results[index] = await work(item) }, limit)
  if (errors.length > 0) throw errors[0]
  return results
}

/** Splits a list where a key changes: consecutive runs, as Helm's batchPerform walks kinds. */
export function runsOf<T>(items: readonly T[], key: (item: T) => string): T[][] {
  const runs: T[][] = []
  let last: string | undefined
  for (const item of items) {
    const k = key(item)
    if (k !== last) runs.push([])
    runs.at(-1)!.push(item)
    last = k
  }
  return runs
}
