import { lstatSync, readFileSync, readdirSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { kubeContextOf, loadHelmfiles, runJob, type EnvironmentReport } from '../../../../delivery/helmfile/index.ts'
import { connect } from '../../../../cluster/kube/index.ts'
import { PintleError } from '../../../../errors/index.ts'
import { usage } from '../../flags.ts'
import type { HelmfileContext } from '../verb.ts'
import { projectEnvironments } from './project-environments.ts'

/** Runs environments as Jobs, each in the cluster its releases are for. @param words of the command line for one environment */
export async function jobRunner(context: HelmfileContext, words: readonly string[]): Promise<(environment: string) => Promise<EnvironmentReport>> {
  const { flags, globals, load, cwd, log, signal, env } = context
  const image = flags.string('image')
  if (image === '') throw usage('--as-jobs needs --image: an image in which pintle can be started')
  const files = filesOf(cwd)
  const project = projectEnvironments(cwd)
  return async (environment) => {
    const states = await loadHelmfiles({ ...load, environment, filter: false, log: () => {} })
    const releases = states.flatMap((state) => state.allReleases.map((release) => ({ context: globals.kubeContext || kubeContextOf(state, release), namespace: release.namespace })))
    const contexts = [...new Set(releases.map((release) => release.context || project.get(environment)?.kubeContext || ''))]
    if (contexts.length > 1) throw new PintleError('helmfile.fleet', `the releases of environment ${environment} are for several clusters (${contexts.join(', ')}), and a Job works in one`, { hint: 'Make an environment of each cluster, or run it without --as-jobs.' })
    const namespaces = [...new Set(releases.map(({ namespace }) => namespace))]
    if (namespaces.includes('')) throw new PintleError('helmfile.fleet', `a release of environment ${environment} names no namespace: the one of a kubeconfig is not known in a Job`, { hint: 'Write a namespace, or give --namespace.' })
    const [kubeContext = ''] = contexts
    const cluster = await connect({ env, signal, ...(globals.kubeconfig !== '' && { kubeconfig: globals.kubeconfig }), ...(kubeContext !== '' && { context: kubeContext }) })
    try {
      return await runJob(cluster, {
        environment, image, namespace: flags.string('jobs-namespace'), words: words.filter((_, i) => !isKubeconfig(words, i)), files, releaseNamespaces: namespaces, contexts: contexts.filter((name) => name !== ''),
        keysSecret: flags.string('keys-secret'),
      }, { signal, onState: (text) => log('info', `${environment}: ${text}`) })
    } finally {
      cluster.close()
    }
  }
}

/** The Job has a kubeconfig of its own. */
const isKubeconfig = (words: readonly string[], i: number): boolean => /^--kubeconfig(=|$)/.test(words[i]!) || words[i - 1] === '--kubeconfig'

/** Folders that no state needs. */
const skipped = new Set(['.git', 'node_modules', '.cache'])

/** Files below a folder, encrypted ones as they are; what was decrypted beside them stays here. */
function filesOf(folder: string): Map<string, Uint8Array> {
  const out = new Map<string, Uint8Array>()
  const open = [resolve(folder)]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const name of readdirSync(next)) {
      const path = join(next, name)
      const found = lstatSync(path)
      if (found.isDirectory() && !skipped.has(name)) open.push(path)
      else if (found.isFile() && !/\.dec(rypted)?(\.ya?ml|\.json)?$|\.decrypted~/.test(name)) {
        out.set(relative(folder, path), readFileSync(path))
        if (out.size > 2000) throw new PintleError('helmfile.fleet', 'the folder of the state holds more than 2000 files, too many for a ConfigMap')
      }
    }
  }
  return out
}
