import type { LogLevel } from '../../../delivery/helmfile/index.ts'
import { PintleError } from '../../../errors/index.ts'
import type { FlagSpec, Flags } from '../flags.ts'

type Env = Readonly<Record<string, string | undefined>>

/** Flags that every verb of helmfile takes, before or after its name. Upstream: setGlobalOptionsForRootCmd in cmd/root.go. */
export const helmfileGlobalFlags: readonly FlagSpec[] = [
  { name: 'helm-binary', short: 'b', type: 'string', usage: 'accepted and not used: no Helm is started' },
  { name: 'kustomize-binary', short: 'k', type: 'string', usage: 'accepted and not used: no kustomize is started' },
  { name: 'file', short: 'f', type: 'string', usage: 'state file, folder of state files, URL of one, or - for standard input; default: helmfile.yaml, helmfile.yaml.gotmpl or helmfile.d' },
  { name: 'environment', short: 'e', type: 'stringArray', usage: 'environment, else $HELMFILE_ENVIRONMENT, else default; several are a fleet, worked on in one run' },
  { name: 'state-values-set', type: 'stringArray', usage: 'values of the state: key1=val1,key2=val2' },
  { name: 'state-values-set-string', type: 'stringArray', usage: 'the same, the values being strings' },
  { name: 'state-values-file', type: 'stringArray', usage: 'YAML file with values of the state' },
  { name: 'skip-deps', type: 'bool', usage: 'neither update repositories nor build dependencies of charts' },
  { name: 'skip-refresh', type: 'bool', usage: 'do not update repositories' },
  { name: 'allow-failed-releases', type: 'bool', usage: 'go on with other releases when the chart of one cannot be prepared' },
  { name: 'strip-args-values-on-exit-error', type: 'bool', default: true, usage: 'leave values out of the arguments that an error shows' },
  { name: 'disable-force-update', type: 'bool', usage: 'do not replace repositories that are there' },
  { name: 'enforce-plugin-verification', type: 'bool', usage: 'accepted and not used: no plugin is installed' },
  { name: 'oci-plain-http', type: 'bool', usage: 'speak plain HTTP to registries' },
  { name: 'repo-retries', type: 'int', default: -1, usage: 'how often to try repositories and registries again, else $HELMFILE_REPO_RETRIES' },
  { name: 'quiet', short: 'q', type: 'bool', usage: 'only warnings and errors, as $HELMFILE_QUIET=true' },
  { name: 'kubeconfig', type: 'string', usage: 'path of the kubeconfig file' },
  { name: 'kube-context', type: 'string', usage: 'context of the kubeconfig, else $HELMFILE_KUBE_CONTEXT', completes: 'context' },
  { name: 'debug', type: 'bool', usage: 'say everything, as $HELMFILE_DEBUG=true' },
  { name: 'color', type: 'bool', usage: 'output with colours' },
  { name: 'no-color', type: 'bool', usage: 'output without colours, as $HELMFILE_NO_COLOR=true or $NO_COLOR' },
  { name: 'log-level', type: 'string', usage: 'debug, info, warn or error, else $HELMFILE_LOG_LEVEL, else info' },
  { name: 'namespace', short: 'n', type: 'string', usage: 'namespace of all releases, else $HELMFILE_NAMESPACE; {{ .Namespace }} in templates', completes: 'namespace' },
  { name: 'chart', short: 'c', type: 'string', usage: 'chart; {{ .Chart }} in templates of releases' },
  { name: 'selector', short: 'l', type: 'stringArray', usage: 'releases with these labels: foo=bar,baz!=qux; several flags take what any of them matches' },
  { name: 'allow-no-matching-release', type: 'bool', usage: 'it is no error when no release matches' },
  { name: 'enable-live-output', type: 'bool', usage: 'show what Helm prints as it comes' },
  { name: 'interactive', short: 'i', type: 'bool', usage: 'ask before anything is changed, as $HELMFILE_INTERACTIVE=true' },
  { name: 'sequential-helmfiles', type: 'bool', usage: 'visit the files of a folder one after another' },
  { name: 'otel-tracing', type: 'bool', usage: 'accepted and not used' },
]

/** The global flags with the HELMFILE_* variables behind them. Upstream: pkg/config/global.go. */
export interface HelmfileGlobals {
  readonly file: string
  readonly environment: string
  /** All that were given. */
  readonly environments: readonly string[]
  readonly stateValuesSet: readonly string[]
  readonly stateValuesSetString: readonly string[]
  readonly stateValuesFiles: readonly string[]
  readonly skipDeps: boolean
  readonly skipRefresh: boolean
  readonly allowFailedReleases: boolean
  readonly stripArgsValuesOnExitError: boolean
  readonly disableForceUpdate: boolean
  readonly ociPlainHttp: boolean
  readonly repoRetries: number
  readonly kubeconfig: string
  readonly kubeContext: string
  readonly debug: boolean
  readonly color: boolean
  readonly noColor: boolean
  readonly logLevel: LogLevel
  readonly namespace: string
  readonly chart: string
  readonly selectors: readonly string[]
  readonly allowNoMatchingRelease: boolean
  readonly enableLiveOutput: boolean
  readonly interactive: boolean
  readonly sequential: boolean
}

/**
 * @param terminal whether results go to a terminal
 * @throws PintleError `usage`
 */
export function readHelmfileGlobals(flags: Flags, env: Env, terminal: boolean): HelmfileGlobals {
  const text = (name: string, variable: string): string => flags.string(name) || env[variable] || ''
  const truth = (name: string, variable: string): boolean => flags.bool(name) || env[variable] === 'true'
  const debug = truth('debug', 'HELMFILE_DEBUG')
  const quiet = truth('quiet', 'HELMFILE_QUIET')
  const noColor = flags.bool('no-color') || (!flags.bool('color') && (env.HELMFILE_NO_COLOR === 'true' || (env.NO_COLOR ?? '') !== ''))
  return {
    file: text('file', 'HELMFILE_FILE_PATH'),
    environment: flags.list('environment').at(-1) || env.HELMFILE_ENVIRONMENT || 'default',
    environments: flags.list('environment').filter((name) => name !== ''),
    stateValuesSet: flags.list('state-values-set'),
    stateValuesSetString: flags.list('state-values-set-string'),
    stateValuesFiles: flags.list('state-values-file'),
    skipDeps: flags.bool('skip-deps'),
    skipRefresh: flags.bool('skip-refresh'),
    allowFailedReleases: flags.bool('allow-failed-releases'),
    stripArgsValuesOnExitError: flags.bool('strip-args-values-on-exit-error'),
    disableForceUpdate: flags.bool('disable-force-update'),
    ociPlainHttp: flags.bool('oci-plain-http'),
    repoRetries: retries(flags.number('repo-retries'), env.HELMFILE_REPO_RETRIES),
    kubeconfig: flags.string('kubeconfig'),
    kubeContext: text('kube-context', 'HELMFILE_KUBE_CONTEXT'),
    debug,
    color: flags.bool('color') || (!noColor && terminal && env.TERM !== 'dumb'),
    noColor,
    logLevel: debug ? 'debug' : quiet ? 'warn' : levelOf(text('log-level', 'HELMFILE_LOG_LEVEL') || 'info'),
    namespace: text('namespace', 'HELMFILE_NAMESPACE'),
    chart: flags.string('chart'),
    selectors: flags.list('selector'),
    allowNoMatchingRelease: flags.bool('allow-no-matching-release'),
    enableLiveOutput: flags.bool('enable-live-output'),
    interactive: truth('interactive', 'HELMFILE_INTERACTIVE'),
    sequential: flags.bool('sequential-helmfiles'),
  }
}

/** What helmfile refuses after the flags were read (ValidateConfig). */
export function checkHelmfileGlobals(globals: HelmfileGlobals): void {
  if (globals.noColor && globals.color) throw new PintleError('usage', '--color and --no-color cannot be specified at the same time')
}

function retries(flag: number, variable: string | undefined): number {
  if (flag >= 0) return flag
  return variable !== undefined && /^\+?\d+$/.test(variable) ? Number(variable) : 0
}

/** zap's levels; those above error say no more than it here. The real program panics at an unknown one. */
function levelOf(name: string): LogLevel {
  switch (name) {
    case 'debug': case 'DEBUG': return 'debug'
    case 'info': case 'INFO': return 'info'
    case 'warn': case 'WARN': case 'warning': case 'WARNING': return 'warn'
    case 'error': case 'ERROR': case 'dpanic': case 'DPANIC': case 'panic': case 'PANIC': case 'fatal': case 'FATAL': return 'error'
    default: throw new PintleError('usage', `unrecognized level: ${JSON.stringify(name)}`, { hint: 'Levels are debug, info, warn and error.' })
  }
}
