import type { HelmChart, HelmGlobals } from '../config/types.ts'
import { refuse } from '../refusal.ts'
import type { Plugin, PluginContext } from '../plugin-types.ts'

export function generateHelmChart(chart: HelmChart & HelmGlobals, context: PluginContext): Plugin {
  if (context.helm === undefined) refuse('must specify --enable-helm')
  return refuse(`helm chart ${chart.name ?? ''} cannot be inflated yet`)
}
