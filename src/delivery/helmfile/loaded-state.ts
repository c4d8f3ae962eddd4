import type { Value } from '../../language/go/index.ts'
import type { Environment, MissingFileHandlerConfig, ReleaseSetSpec, ReleaseSpec } from './spec.ts'

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

/** What whoever works on a state needs of its files, templates and secrets. Paths are as helmfile writes them, seen from the state's `cwd`. */
export interface StateAccess {
  /** A path relative to the state's folder; URLs and absolute paths are left alone. */
  normalize(path: string): string
  /**
   * The one file that a path, pattern or URL names.
   * @returns undefined when it is missing and `handler` does not mind
   */
  resolve(kind: 'values' | 'secrets', path: string, handler: string | undefined, config: MissingFileHandlerConfig | undefined): Promise<string | undefined>
  readText(path: string): string
  /** The text of a values file for a release, rendered when it is a .gotmpl. @param values what templates see as .Values; default: the state's */
  renderFile(release: ReleaseSpec, path: string, values?: Map<string, Value>): Promise<string>
  /** Renders a text as the file `path` for a release. */
  renderText(release: ReleaseSpec, path: string, text: string, values?: Map<string, Value>): Promise<string>
  /** Renders a template in the state's folder, with helmfile's functions. */
  renderTemplate(text: string, data: Value): Promise<string>
  /** A value with every reference in it resolved. */
  expand(value: Value): Promise<Value>
  /** The text of an encrypted file, in memory. */
  decrypt(path: string): Promise<string>
  /** The text of an encrypted map that stands in the state itself. */
  decryptInline(value: Value): Promise<string>
  /** An error with words before it; its place stays. */
  because(prefix: string, error: unknown): Error
  isRemote(reference: string): boolean
  /** Why a reference is not one of go-getter: `parse url: missing scheme - ...`. @throws Error */
  checkRemote(reference: string): void
  /** Fetches a go-getter URL into the part of the cache that `kind` names. @returns the path of what it leads to */
  fetch(reference: string, kind: string): Promise<string>
}

/** What a verb does with one state: whether it did anything, and its errors. */
export type VisitState = (state: LoadedState) => Promise<{ readonly processed: boolean; readonly errors: readonly unknown[] }>
