import { startRealCluster } from './real-cluster.ts'
import { twoReleasesSuite } from './two-releases-suite.ts'

twoReleasesSuite('two releases on a real control plane', startRealCluster)
