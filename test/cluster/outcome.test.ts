import { outcomeSuite } from './outcome-suite.ts'
import { startRealCluster } from './real-cluster.ts'

outcomeSuite('after a release, on a real control plane', startRealCluster)
