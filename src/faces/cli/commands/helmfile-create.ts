import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { PintleError } from '../../../errors/index.ts'
import type { HelmfileVerb } from '../helmfile/verb.ts'

const stateFile = `# State of this project: what is released where. See docs/helmfile.md of Pintle, or the documentation of helmfile.

# For every release that does not say otherwise.
helmDefaults:
  createNamespace: true
  wait: true
  timeout: 300

# Repositories that charts below come from.
# repositories:
#   - name: shop
#     url: https://charts.example.com

# Values by environment: helmfile -e production apply
# environments:
#   default:
#     values:
#       - environments/default.yaml
#   production:
#     values:
#       - environments/production.yaml
# ---

# releases:
#   - name: checkout
#     namespace: shop
#     chart: shop/checkout
#     version: 2.5.0
#     values:
#       - values/checkout.yaml
`

const environmentFile = `# Values of the default environment: {{ .Values.replicas }} in *.gotmpl files.
# replicas: 1
`

export const helmfileCreate: HelmfileVerb = {
  use: 'create [NAME] [flags]',
  long: 'Makes a new project in a folder called NAME, or here: helmfile.yaml with examples, environments/ and values/.',
  flags: [
    { name: 'output-dir', short: 'o', type: 'string', usage: 'folder to make instead' },
    { name: 'force', type: 'bool', usage: 'replace files that are there' },
  ],
  maxArgs: 1,
  async run({ args, flags, cwd, log }) {
    const folder = resolve(cwd, flags.string('output-dir') || (args[0] ?? '.'))
    const force = flags.bool('force')
    const files: [string, string][] = [[join(folder, 'helmfile.yaml'), stateFile], [join(folder, 'environments', 'default.yaml'), environmentFile], [join(folder, 'values', '.gitkeep'), '']]
    const there = files.map(([path]) => path).filter((path) => existsSync(path))
    if (!force && there.length > 0) throw new PintleError('file.write', `the following files already exist, use --force to overwrite: ${there.join(', ')}`)
    try {
      for (const path of [folder, join(folder, 'environments'), join(folder, 'values')]) mkdirSync(path, { recursive: true })
      for (const [path, text] of files) {
        writeFileSync(path, text, { flag: force ? 'w' : 'wx' })
        log('info', `created ${path}`)
      }
    } catch (error) {
      throw new PintleError('file.write', `failed to write the project: ${(error as Error).message}`, { cause: error })
    }
    log('info', `\nhelmfile project created in ${folder}\n\nNext steps:\n  cd ${folder}\n  # Edit helmfile.yaml to add your releases\n  helmfile apply`)
  },
}
