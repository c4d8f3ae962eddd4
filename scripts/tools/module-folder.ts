import { spawn } from 'node:child_process'
import { tmpdir } from 'node:os'

/** Go modules whose files (custom resource definitions) tests read, pinned; Go's checksum database vouches for them. */
export const fileModules = {
  'github.com/argoproj/argo-cd/v3': 'v3.4.13',
  'github.com/fluxcd/helm-controller': 'v1.6.4',
  'github.com/fluxcd/source-controller': 'v1.8.5',
  'sigs.k8s.io/gateway-api': 'v1.6.3',
  'istio.io/api': 'v1.32.0',
  'github.com/argoproj/argo-rollouts': 'v1.10.1',
  'github.com/fluxcd/flagger': 'v1.43.0',
} as const

/**
 * The folder of a module's files in Go's module cache; the first call fetches it.
 * @returns undefined where there is no Go, or it cannot be fetched: the caller skips, saying so. Under CI=true that is an error.
 */
export async function moduleFolder(path: keyof typeof fileModules, log: (line: string) => void = (line) => process.stderr.write(`${line}\n`)): Promise<string | undefined> {
  const answer = await download(`${path}@${fileModules[path]}`).catch((error: Error) => ({ Error: error.message, Dir: undefined }))
  if (answer.Dir !== undefined) return answer.Dir
  const message = `${path} ${fileModules[path]} cannot be fetched: ${answer.Error ?? 'no answer'}`
  if (process.env.CI === 'true') throw new Error(message)
  log(`${message}; what needs it is skipped`)
  return undefined
}

function download(module: string): Promise<{ Dir?: string; Error?: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn('go', ['mod', 'download', '-json', module], { cwd: tmpdir(), env: { ...process.env, GOFLAGS: '', GOWORK: 'off', GO111MODULE: 'on' }, stdio: ['ignore', 'pipe', 'ignore'] })
    let text = ''
    child.stdout.on('data', (chunk: Buffer) => { text += chunk.toString() })
    child.on('error', reject)
    child.on('close', () => {
      try {
        resolve(JSON.parse(text) as { Dir?: string; Error?: string })
      } catch (error) {
        reject(error as Error)
      }
    })
  })
}
