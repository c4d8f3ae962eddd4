import { PintleError } from '../../errors/index.ts'

/** An error in helm-secrets' words. */
export const fatal = (text: string, hint?: string): PintleError => new PintleError('secrets.reference', `[helm-secrets] ${text}`, hint === undefined ? {} : { hint })
