export type { OciOptions } from './oci-charts.ts'
export type { Verification } from './provenance/index.ts'

/** Loaded when a reference begins with oci://. */
export const loadOci = (): Promise<typeof import('./oci-charts.ts')> => import('./oci-charts.ts')

/** Loaded when a chart is verified. */
export const loadProvenance = (): Promise<typeof import('./provenance/index.ts')> => import('./provenance/index.ts')
