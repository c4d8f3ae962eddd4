import { readFileSync } from 'node:fs'
import { MemoryDriver, type ReleaseRecord } from '../../cluster/release/index.ts'
import { startSandbox } from '../../cluster/sandbox/index.ts'
import { PintleError, isPintleError } from '../../errors/index.ts'
import { parseDocument } from '../../language/yaml/index.ts'
import type { Session } from './command.ts'

/**
 * HELM_DRIVER=memory: the records of the files HELM_MEMORY_DRIVER_DATA names, and a simulated cluster that ends with the command, so that nothing real is
 * asked or changed. Upstream: loadReleasesInMemory in pkg/cmd/root.go, which discards what is applied.
 */
export async function openMemory(namespace: string, env: NodeJS.ProcessEnv = process.env): Promise<Omit<Session, 'close'>> {
  const paths = (env.HELM_MEMORY_DRIVER_DATA ?? '').split(':').filter((path) => path !== '')
  const records = new MemoryDriver(namespace, paths.flatMap(recordsIn))
  const cluster = startSandbox().cluster({ namespace })
  await cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }).catch((error: unknown) => {
    if (!isPintleError(error, 'kube.conflict')) throw error
  })
  return { cluster, namespace, records, simulated: true, context: 'memory' }
}

function recordsIn(path: string): ReleaseRecord[] {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'no such file or directory' : (error as Error).message
    throw new PintleError('release.storage', `Unable to read memory driver data: open ${path}: ${reason}`, { hint: 'HELM_MEMORY_DRIVER_DATA names YAML files, separated by colons.' })
  }
  const data = parseDocument(text) as unknown
  if (Array.isArray(data) && data.every((item) => typeof item === 'object' && item !== null && typeof (item as ReleaseRecord).name === 'string')) {
    return (data as Partial<ReleaseRecord>[]).map((record) => ({ manifest: '', hooks: [], version: 0, ...record, info: { status: 'unknown', ...record.info } }) as ReleaseRecord)
  }
  throw new PintleError('release.storage', `Unable to unmarshal memory driver data: ${path} is no list of releases`)
}
