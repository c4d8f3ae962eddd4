import { expect, test } from 'vitest'
import { ChartFile, loadFiles } from '../../charts/chart/index.ts'
import type { Cluster } from '../../cluster/kube/index.ts'
import { startSandbox } from '../../cluster/sandbox/index.ts'
import { releaseSource } from './release-source.ts'

const has = 'Has "apps/v1/Deployment"'

test.each([
  ['none', 'a: b', 'a: b', 0],
  ['one by its name', `{{ .Capabilities.APIVersions.${has} }}`, 'true', 1],
  ['one in a value', '{{ tpl .Values.text . }}', 'true', 1],
  ['one by pieces of its name', `{{ (get . (printf "Capa%s" "bilities")).APIVersions.${has} }}`, 'true', 1],
  ['one that fails without', `{{ if not ((get . (printf "Capa%s" "bilities")).APIVersions.${has}) }}{{ fail "no" }}{{ end }}there`, 'there', 1],
] as const)('API versions are asked for when a template looks: %s', async (_, text, printed, asked) => {
  const sandbox = startSandbox({ apiOnly: true })
  const real = sandbox.cluster()
  let count = 0
  const cluster = new Proxy(real, {
    get(target, key) {
      if (key === 'apiVersions') count++
      const value: unknown = Reflect.get(target, key)
      return typeof value === 'function' ? value.bind(target) : value
    },
  }) as Cluster
  const files = { 'Chart.yaml': 'apiVersion: v2\nname: c\nversion: 1.0.0\n', 'values.yaml': `text: '{{ .Capabilities.APIVersions.${has} }}'\n`, 'templates/NOTES.txt': text }
  const chart = loadFiles(Object.entries(files).map(([name, content]) => ChartFile.fromText(name, content)), 'v2')
  const { notes } = await releaseSource({ chart, values: new Map(), cluster }).render({ name: 'r', namespace: 'default', revision: 1, isInstall: true, isUpgrade: false })
  expect([notes, count]).toEqual([printed, asked])
  await sandbox.close()
})
