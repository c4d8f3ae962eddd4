import type { KubeObject } from '../../../cluster/kube/index.ts'
import type { GitopsOwner } from '../../policy/index.ts'
import { gitopsFolders } from './gitops-folders.ts'
import { foldOwners, marksOf } from './gitops-marks.ts'
import type { ReleaseIdentity } from './gitops-resources.ts'

/** Who reconciles a release from Git, by what was read already: the marks on its live objects, and the repository. Asks nobody, so it may miss one. */
export function gitopsSeen(live: readonly KubeObject[], folder: string, identity: ReleaseIdentity, server: string): GitopsOwner[] {
  return foldOwners([...live.flatMap((object) => marksOf(object)), ...gitopsFolders(folder, identity, server).owners])
}
