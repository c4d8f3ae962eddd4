/** Conversations with an API server: the same requests go to a real one (whose answers are kept in answers.json.br) and to the sandbox. */
import { changes } from './change.ts'
import { creation } from './create.ts'
import { customResources } from './custom.ts'
import { otherKinds } from './others.ts'
import type { Step } from './step.ts'
import { warned } from './warn.ts'

export type { Step } from './step.ts'

/** Each starts on a server with a namespace `default` that has its service account, and nothing else. */
export const conversations: Record<string, () => Step[]> = { creation, changes, 'other kinds': otherKinds, 'custom resources': customResources, warnings: warned }
