import { preflightSuite } from './preflight-suite.ts'
import { startRealCluster } from './real-cluster.ts'

preflightSuite('before anything changes, on a real control plane', startRealCluster)
