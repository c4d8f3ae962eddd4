import { startRealCluster } from './real-cluster.ts'
import { stagedSuite } from './staged-suite.ts'

stagedSuite('upgrades in stages on a real control plane', startRealCluster)
