import { startRealCluster } from './real-cluster.ts'
import { releaseSuite } from './release-suite.ts'

releaseSuite('releases on a real control plane', startRealCluster)
