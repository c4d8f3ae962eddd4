import { statementOf, statementType, type Statement } from '../../charts/signatures/index.ts'
import { signerOf } from './signer-of.ts'
import { statementV1 } from './statement.ts'
import type { Trust } from './trust/trust.ts'

/** A statement that somebody trusted signed. */
export interface SignedStatement {
  readonly identity: string
  readonly statement: Statement
}

/** Reads a signed statement of any type: envelope, identity, payload type, statement type; what it is about is for the caller to compare. @returns why it proves nothing */
export async function readStatement(text: string, trust: Trust): Promise<SignedStatement | { readonly why: string }> {
  const signed = await signerOf(text, trust)
  if ('fault' in signed) return { why: signed.why }
  if (signed.envelope.payloadType !== statementType) return { why: `its payload is of type ${JSON.stringify(signed.envelope.payloadType.slice(0, 80))}` }
  try {
    const statement = statementOf(signed.envelope)
    return statement.type === statementV1 ? { identity: signed.identity.name, statement } : { why: 'its statement is of an older version' }
  } catch (error) {
    return { why: (error as Error).message }
  }
}
