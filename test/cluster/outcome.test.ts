import { outcomeSuite } from './outcome-suite.ts'
import { watchSuite } from './watch-suite.ts'
import { startRealCluster } from './real-cluster.ts'

outcomeSuite('after a release, on a real control plane', startRealCluster)
watchSuite('the watch after a release, on a real control plane', startRealCluster)
