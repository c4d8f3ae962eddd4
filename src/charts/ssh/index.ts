/**
 * Owns the forms of OpenSSH: its binary form, names of curves, files of private keys and what encrypts them.
 * Refuses: signing, encrypting, agents, and asking for passphrases.
 */
export { SshReader, sshFingerprint, sshMpint, sshString, sshUint32 } from './ssh-wire.ts'
export { sshCurve, sshCurveName } from './ssh-curves.ts'
export type { SshCurve } from './ssh-curves.ts'
export { isOpenSshKey, readOpenSshKey } from './openssh-key.ts'
export type { OpenSshKey } from './openssh-key.ts'
