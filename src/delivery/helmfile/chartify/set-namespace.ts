import { PintleError } from '../../../errors/index.ts'
import type { ChartFiles } from './folder-chart.ts'

/** Gives every object of rendered files that has no namespace one. Source: SetNamespace in chartify's set_namespace.go. */
export function setNamespace(files: ChartFiles, _namespace: string): ChartFiles {
  if (files.size > 0) throw new PintleError('usage', 'namespaces are not written into manifests yet: leave out namespace of a release of plain manifests, and forceNamespace')
  return files
}
