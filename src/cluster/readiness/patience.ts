/** How much of each trouble a rollout bears before waiting longer is taken for hopeless: milliseconds (Infinity: until the timeout), or counts. */
export interface Patience {
  /** InvalidImageName, ErrImageNeverPull: no registry is asked. */
  invalidImage: number
  /** ErrImagePull, ImagePullBackOff and their like. */
  imagePull: number
  /** CreateContainerConfigError and their like: a Secret or ConfigMap that is not there, a command that cannot be run. */
  configError: number
  unschedulable: number
  /** A controller is refused its pods, by a quota or by admission. */
  quota: number
  /** A Secret that an operator cannot make, with the same error all the time: a store, credentials or key that is not there. */
  secretSync: number
  /** No controller looks at what should become a Secret. */
  secretController: number
  /** Restarts of a container that crashes. */
  crashRestarts: number
  /** Times a container is killed for its memory. */
  oomKills: number
}

/**
 * delivery.md, "Health". External Secrets tries again after 5 ms and twice as long each time (controller-runtime's rate limiter): 41 s after the first failure comes
 * the try that `secretSync` still waits for; the next would be 41 s later.
 */
export const defaultPatience: Readonly<Patience> = {
  invalidImage: 0, imagePull: 60_000, configError: 30_000, unschedulable: 120_000, quota: 0, secretSync: 45_000, secretController: 60_000, crashRestarts: 2, oomKills: 1,
}

/**
 * What was seen when a trouble was first looked at, by our own clock: a wrong clock of this machine or the cluster's does no harm then. What is
 * not seen again at the next look is forgotten.
 */
export class Sightings {
  #last = new Map<string, number>()
  #this = new Map<string, number>()

  /** The value of the first look at this. */
  first(what: string, value: number): number {
    const known = this.#last.get(what) ?? this.#this.get(what) ?? value
    this.#this.set(what, known)
    return known
  }

  /** Ends a look. */
  turn(): void {
    this.#last = this.#this
    this.#this = new Map()
  }
}
