/**
 * Owns the real programs Pintle is measured against (kube-apiserver, etcd, Helm 4 and 3): pins, builds and finds them.
 * Refuses to download a ready-made binary.
 */
export { ensureTool, toolsDir } from './ensure-tool.ts'
export type { EnsureToolOptions } from './ensure-tool.ts'
export { toolModules } from './tools.ts'
export type { ToolName } from './tools.ts'
export { fileModules, moduleFolder } from './module-folder.ts'
