import type { Chart } from '../../charts/chart/index.ts'
import { isScript } from '../../charts/chart/index.ts'
import { scanText, scanYaml, type Scan, type ScanTextOptions } from './scan-values.ts'

/** Formats of settings, where a name and a value after it are what they seem. */
const settings = /(?:\.(?:env|properties|ini|conf|config|cfg|cnf|toml|tfvars|hcl|xml|plist|sh|bash|ps1|dec|txt\.dec|netrc|npmrc|pypirc|pgpass|htpasswd)|(?:^|\/)(?:\.env[\w.-]*|\.netrc|\.npmrc|\.pypirc|\.pgpass|\.htpasswd|credentials|\.dockercfg))$/i
const documentation = /\.(?:md|markdown|rst|adoc|txt|gotmpl)$/i
const structured = /\.(?:ya?ml|json)(?:\.dec)?$/i

const values = /(?:^|\/)[\w.-]*values[\w.-]*\.ya?ml$/
/** What a chart's own tests and examples use. */
const trial = /(?:^|\/)(?:ci|tests?|test-values|testdata|fixtures|examples?|samples?)\//

/** Looks for secrets in a file, in the way that suits its name: structured, settings by name and value, anything else by forms only. */
export function scanFile(path: string, text: string, given: ScanTextOptions = {}): Scan {
  const options: ScanTextOptions = { where: values.test(path) ? 'values' : 'other', ...given }
  // Documentation shows how credentials look like: only what was certainly one counts.
  if (documentation.test(path)) {
    const scan = scanText(path, text, { ...options, names: false, defaults: true })
    return { ...scan, findings: scan.findings.filter((f) => f.confidence === 'certain') }
  }
  if (isScript(path)) return scanText(path, text, { ...options, names: false })
  if (structured.test(path)) return scanYaml(path, text, options)
  return scanText(path, text, { ...options, names: settings.test(path) })
}

/** The same for a file of a chart. @param name in the chart */
export function scanChartFile(path: string, name: string, text: string): Scan {
  // Templates are settings with actions between them; what they render is looked at apart.
  if (name.startsWith('templates/') && !name.endsWith('.txt')) return scanText(path, text, { where: 'other', names: false, defaults: true })
  return scanFile(path, text, name === 'values.yaml' || trial.test(name) ? { defaults: true } : {})
}

/** Looks for secrets in the files of a chart and of its subcharts: what it ships, not what it renders. @param folder what the paths of findings begin with, `charts/shop/` */
export function scanChart(chart: Chart, folder: string): Scan[] {
  const own = chart.raw.filter((file) => !file.name.startsWith('charts/'))
  return [
    ...own.flatMap(({ name, text }) => (text.includes('\0') ? [] : [scanChartFile(`${folder}${name}`, name, text)])),
    ...chart.dependencies.flatMap((dependency) => scanChart(dependency, `${folder}charts/${dependency.name}/`)),
  ]
}
