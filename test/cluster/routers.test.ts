import { startRealCluster } from './real-cluster.ts'
import { routerSuite } from './router-suite.ts'

routerSuite('routers on a real control plane', startRealCluster, true)
