import type { RolloutSpec } from '../types.ts'

/** Whether another controller moves the traffic. */
export const isDriven = ({ router }: Pick<RolloutSpec, 'router'>): boolean => router === 'argo-rollouts' || router === 'flagger'
