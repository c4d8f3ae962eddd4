/**
 * Owns the sandbox: an API server, controllers and a node, all simulated inside this process, for trying things and for fast tests.
 * Refuses to run containers, to be a production cluster, and to claim more than the real server's tables and behaviours.ts say.
 */
export { Sandbox, kubeconfigText, startSandbox } from './sandbox.ts'
export type { SandboxOptions } from './sandbox.ts'
export type { LocalClusterOptions } from './cluster.ts'
export type { Rule, User } from './users.ts'
export { ManualClock, RealClock } from './clock.ts'
export type { Clock } from './clock.ts'
export { connectOrStartSandbox, runningSandbox, sandboxDir, sandboxServerCommand, serveSandbox, stopSandbox } from './serve.ts'
export type { ConnectSandboxOptions, ServeOptions, ServedSandbox } from './serve.ts'
export { behaviourAnnotation, behaviourWords, delayAnnotation, nodeCapacity } from './behaviours.ts'
