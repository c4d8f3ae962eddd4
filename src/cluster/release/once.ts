/** Runs work once for a key; what failed is tried again by the next who asks. */
export function once<T>(known: Map<string, Promise<T>>, key: string, work: () => Promise<T>): Promise<T> {
  let running = known.get(key)
  if (running === undefined) {
    running = work()
    known.set(key, running)
    running.catch(() => known.delete(key))
  }
  return running
}
