import type { Value } from '../../language/go/index.ts'
import type { StateAccess } from './state-access.ts'
import type { Environment, ReleaseSetSpec, ReleaseSpec } from './spec.ts'

/** One state file after loading: layers merged, templates of releases run, labels and overrides applied, releases selected. */
export interface LoadedState {
  /** What helmfile's process would have as its working directory while it works on the file; absolute. */
  readonly cwd: string
  /** The folder that relative paths of the file are relative to, as helmfile writes it: often `.`, then it is `cwd`. */
  readonly basePath: string
  /** Path of the file as helmfile prints it, relative to `cwd` where it can be. */
  readonly file: string
  /** The whole state. `spec.releases` are all releases with their templates run; use `releases`. */
  readonly spec: ReleaseSetSpec
  readonly environment: Environment
  /** `.Values` of templates: defaults, environment and overrides merged. */
  readonly renderedValues: Map<string, Value>
  /** The releases that the selectors leave, for commands that filter; all of them for the others. */
  releases: ReleaseSpec[]
  /** Every release of the file, in its order, with templates, overrides and labels. */
  readonly allReleases: readonly ReleaseSpec[]
  /** The releases as they stood in the file (OrginReleases): warnings about needs look at them. */
  readonly originalReleases: readonly ReleaseSpec[]
  readonly selectors: readonly string[]
  /** Its files, templates and secrets. */
  readonly access: StateAccess
}
