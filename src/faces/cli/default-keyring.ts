import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** Where GnuPG keeps public keys: the old ring, else the keybox, else where the old ring would be. Upstream: pkg/cmd/dependency_build.go. */
export function defaultKeyring(env: NodeJS.ProcessEnv = process.env): string {
  const folder = env.GNUPGHOME ?? join(env.HOME ?? homedir(), '.gnupg')
  const ring = join(folder, 'pubring.gpg')
  if (existsSync(ring)) return ring
  const keybox = join(folder, 'pubring.kbx')
  return existsSync(keybox) ? keybox : ring
}
