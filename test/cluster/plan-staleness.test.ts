import { planStalenessSuite } from './plan-staleness-suite.ts'
import { startRealCluster } from './real-cluster.ts'

planStalenessSuite('plans on a real control plane', startRealCluster)
