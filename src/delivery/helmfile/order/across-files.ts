import type { ReleaseSpec } from '../spec.ts'
import { releaseId } from './release-id.ts'

/** A file whose turn it may be, with what it brings. */
export interface FileReleases {
  readonly releases: readonly ReleaseSpec[]
}

/** Needs of a file that none of its own releases meets. */
export function needsOfOthers({ releases }: FileReleases): string[] {
  const own = new Set(releases.map(releaseId))
  return [...new Set(releases.flatMap((release) => release.needs))].filter((need) => !own.has(need))
}

/**
 * Whether a file must wait for others: forwards, until all that it needs of them was worked on; backwards, until all that needs it was.
 * @param all every file of the run
 * @param done files that were worked on
 */
export function mustWait(file: FileReleases, all: readonly FileReleases[], done: readonly FileReleases[], reverse: boolean): boolean {
  const open = all.filter((other) => !sameFile(other, file) && !done.some((one) => sameFile(one, other)))
  const [needing, needed] = reverse ? [open, [file]] : [[file], open]
  const ids = new Set(needed.flatMap(({ releases }) => releases.map(releaseId)))
  return needing.some((one) => needsOfOthers(one).some((need) => ids.has(need)))
}

/** Files that were loaded twice have the same releases. */
const sameFile = (a: FileReleases, b: FileReleases): boolean => a === b || (a.releases.length === b.releases.length && a.releases.every((release, i) => releaseId(release) === releaseId(b.releases[i]!) && release.chart === b.releases[i]!.chart))
