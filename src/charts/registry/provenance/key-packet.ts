import type { PublicKeyPacket, PublicSubkeyPacket, SecretKeyPacket, SecretSubkeyPacket } from 'openpgp'

export type KeyPacket = PublicKeyPacket | PublicSubkeyPacket | SecretKeyPacket | SecretSubkeyPacket
