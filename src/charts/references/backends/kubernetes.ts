import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { decodeUtf8, jsonMarshal, type Value } from '../../../language/go/index.ts'
import type { BackendContext, BackendMaker, ObjectAddress, Parameters } from '../backend.ts'

/** `ref+k8s://v1/Secret/NAMESPACE/NAME/KEY`, ConfigMaps too; without the key all of it as JSON. Upstream: pkg/providers/k8s. */
export const kubernetes: BackendMaker = (parameters, context) => {
  const inCluster = parameters.has('inCluster')
  const kubeconfig = inCluster ? undefined : kubeconfigPath(parameters, context)
  const read = async (path: string): Promise<{ address: ObjectAddress; data: Map<string, Value> }> => {
    const parts = path.split('/')
    if (parts.length !== 4) throw new Error(`Invalid path ${path}. Path must be in the format <apiVersion>/<kind>/<namespace>/<name>`)
    const [version, kind, namespace, name] = parts as [string, string, string, string]
    if (version !== 'v1') throw new Error(`Invalid apiVersion ${version}. Only apiVersion v1 is supported at this time.`)
    const failed = (why: string): Error => new Error(`Unable to get ${kind} ${namespace}/${name}: ${why}`)
    if (kind !== 'Secret' && kind !== 'ConfigMap') throw failed('The specified kind is not valid. Valid kinds: Secret, ConfigMap')
    if (context.readObject === undefined) throw failed('there is no cluster here to read it from')
    const address: ObjectAddress = { kind, namespace, name, inCluster, ...(kubeconfig !== undefined && { kubeconfig }), ...(parameters.get('kubeContext') !== '' && { context: parameters.get('kubeContext') }) }
    try {
      const data = await context.readObject(address, context.signal ? { signal: context.signal } : {})
      return { address, data: new Map([...data].map(([key, bytes]) => [key, decodeUtf8(bytes)])) }
    } catch (error) {
      if ((error as Error).name === 'AbortError') throw error
      throw failed(`Unable to get the ${kind} object from Kubernetes: ${(error as Error).message}`)
    }
  }
  return {
    async text(path) {
      const parts = path.split('/')
      if (parts.length !== 4 && parts.length !== 5) throw new Error(`Invalid path ${path}. Path must be in the format <apiVersion>/<kind>/<namespace>/<name>[/<key>]`)
      if (parts.length === 4) return jsonMarshal((await read(path)).data)
      const key = parts[4]!
      if (key === '') throw new Error(`Invalid path ${path}. Key must not be empty in the format <apiVersion>/<kind>/<namespace>/<name>/<key>`)
      const { address, data } = await read(parts.slice(0, 4).join('/'))
      const value = data.get(key)
      if (value === undefined) throw new Error(`Key ${key} does not exist in ${address.namespace}/${address.name}`)
      return value as string
    },
    map: async (path) => (await read(path)).data,
  }
}

/** Upstream: getKubeConfigPath. @throws Error in its words */
function kubeconfigPath(parameters: Parameters, { env }: BackendContext): string {
  const asked = parameters.get('kubeConfigPath')
  if (asked !== '') {
    if (!existsSync(asked)) throw new Error(`kubeConfigPath URI parameter is set but path ${asked} does not exist.`)
    return asked
  }
  if (env.KUBECONFIG) {
    if (!existsSync(env.KUBECONFIG)) throw new Error(`KUBECONFIG environment variable is set but path ${env.KUBECONFIG} does not exist.`)
    return env.KUBECONFIG
  }
  const usual = join(env.HOME || homedir(), '.kube', 'config')
  if (existsSync(usual)) return usual
  throw new Error(`No path was found in any of the following: kubeContext URI param, KUBECONFIG environment variable, or default path ${usual} does not exist.`)
}
