import { planCrdsSuite } from './plan-crds-suite.ts'
import { startRealCluster } from './real-cluster.ts'

planCrdsSuite('plans with definitions on a real control plane', startRealCluster)
