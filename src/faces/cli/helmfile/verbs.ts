import type { HelmfileVerbEntry } from './verb.ts'

/** The table of helmfile's verbs. Each is loaded only when it runs. */
export const helmfileVerbs: readonly HelmfileVerbEntry[] = [
  { name: 'apply', short: 'upgrade the releases that differ', load: async () => (await import('../commands/helmfile-apply.ts')).helmfileApply },
  { name: 'build', short: 'print the whole state as one would have to write it', load: async () => (await import('../commands/helmfile-build.ts')).helmfileBuild },
  { name: 'cache cleanup', short: 'remove fetched files', load: async () => (await import('../commands/helmfile-cache.ts')).helmfileCacheCleanup },
  { name: 'cache info', short: 'say where fetched files are kept', load: async () => (await import('../commands/helmfile-cache.ts')).helmfileCacheInfo },
  { name: 'create', short: 'make a new project', load: async () => (await import('../commands/helmfile-create.ts')).helmfileCreate },
  { name: 'deps', short: 'update dependencies of charts, and write helmfile.lock', load: async () => (await import('../commands/helmfile-deps.ts')).helmfileDeps },
  { name: 'destroy', short: 'remove all releases', load: async () => (await import('../commands/helmfile-destroy.ts')).helmfileDestroy },
  { name: 'diff', short: 'show what an apply would change', load: async () => (await import('../commands/helmfile-diff.ts')).helmfileDiff },
  { name: 'fetch', short: 'fetch the charts of all releases', load: async () => (await import('../commands/helmfile-fetch.ts')).helmfileFetch },
  { name: 'init', short: 'install what helmfile needs: nothing, here', load: async () => (await import('../commands/helmfile-init.ts')).helmfileInit },
  { name: 'lint', short: 'examine the charts of all releases', load: async () => (await import('../commands/helmfile-lint.ts')).helmfileLint },
  { name: 'list', short: 'list the releases of the state', load: async () => (await import('../commands/helmfile-list.ts')).helmfileList },
  { name: 'print-env', short: 'print the environment with its merged values', load: async () => (await import('../commands/helmfile-print-env.ts')).helmfilePrintEnv },
  { name: 'repos', short: 'add the repositories of the state', load: async () => (await import('../commands/helmfile-repos.ts')).helmfileRepos },
  { name: 'show-dag', short: 'print the groups in which releases are processed', load: async () => (await import('../commands/helmfile-show-dag.ts')).helmfileShowDag },
  { name: 'status', short: 'show the status of releases', load: async () => (await import('../commands/helmfile-status.ts')).helmfileStatus },
  { name: 'sync', short: 'upgrade all releases', load: async () => (await import('../commands/helmfile-sync.ts')).helmfileSync },
  { name: 'template', short: 'print the manifests of all releases', load: async () => (await import('../commands/helmfile-template.ts')).helmfileTemplate },
  { name: 'test', short: 'run the tests of releases', load: async () => (await import('../commands/helmfile-test.ts')).helmfileTest },
  { name: 'unittest', short: 'run unit tests of charts', load: async () => (await import('../commands/helmfile-unittest.ts')).helmfileUnittest },
  { name: 'version', short: 'print the version', load: async () => (await import('../commands/helmfile-version.ts')).helmfileVersion },
  { name: 'write-values', short: 'write the values of each release to a file', load: async () => (await import('../commands/helmfile-write-values.ts')).helmfileWriteValues },
]
