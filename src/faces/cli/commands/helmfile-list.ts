import { applyLock, conditionHolds, visitHelmfiles, type LoadedState } from '../../../delivery/helmfile/index.ts'
import { compareStrings, jsonMarshal, sortAsGo } from '../../../language/go/index.ts'
import { GlobalHooks } from '../helmfile/global-hooks.ts'
import type { HelmfileVerb } from '../helmfile/verb.ts'
import { table } from '../table.ts'

interface Row {
  readonly name: string
  readonly namespace: string
  readonly enabled: boolean
  readonly installed: boolean
  readonly labels: string
  readonly chart: string
  readonly version: string
}

export const helmfileList: HelmfileVerb = {
  use: 'list [flags]',
  long: 'Lists the releases of all state files, sorted by namespace and name.',
  flags: [
    { name: 'keep-temp-dir', type: 'bool', usage: 'accepted and not used: there is none' },
    { name: 'skip-charts', type: 'bool', usage: 'run no hooks for preparing charts' },
    { name: 'output', type: 'string', usage: 'json for a list that programs read' },
  ],
  async run(context) {
    const { flags, out, load } = context
    const rows: Row[] = []
    const hooks = new GlobalHooks(context)
    try {
      await visitHelmfiles(load, async (state) => {
        const add = async (): Promise<void> => {
          applyLock(state, state.releases)
          rows.push(...state.releases.map((release) => rowOf(release, state)))
        }
        await (flags.bool('skip-charts') ? add() : hooks.around(state, 'list', add))
        return { processed: true, errors: [] }
      })
    } finally {
      await hooks.close()
    }
    sortAsGo(rows, (a, b) => (a.namespace === b.namespace ? compareStrings(a.name, b.name) < 0 : compareStrings(a.namespace, b.namespace) < 0))
    if (flags.string('output') === 'json') out.line(rows.length === 0 ? 'null' : `[${rows.map(rowJson).join(',')}]`)
    else out.line(trimmed(table([header, ...rows.map((row) => [row.name, row.namespace, String(row.enabled), String(row.installed), row.labels, row.chart, row.version])])))
  },
}

const rowJson = (row: Row): string => `{${Object.entries(row).map(([key, value]) => `${JSON.stringify(key)}:${jsonMarshal(value as string | boolean)}`).join(',')}}`

const header = ['NAME', 'NAMESPACE', 'ENABLED', 'INSTALLED', 'LABELS', 'CHART', 'VERSION']

function rowOf(release: LoadedState['releases'][number], state: LoadedState): Row {
  const labels = [...release.labels].sort(([a], [b]) => compareStrings(a, b)).map(([key, value]) => `${key}:${value}`).join(',').replace(/^,+|,+$/g, '')
  return {
    name: release.name, namespace: release.namespace, enabled: conditionHolds(release, state.renderedValues), installed: release.installed ?? true, labels, chart: release.chart, version: release.version,
  }
}

const trimmed = (text: string): string => text.replace(/\n$/, '').split('\n').map((line) => line.replace(/[ \t]+$/, '')).join('\n')
