/**
 * What the description of a revision says of where the change comes from, in brackets at its end: all drivers keep it, every tool shows it, and the
 * revision that follows does not inherit it, as it would a label.
 */
export const withOrigin = (description: string, origin: string | undefined): string => (origin === undefined ? description : `${description} (${origin})`)

/** The plan that a revision's description names: `plan sha256:<hex>`. */
export const originOf = (description: string | undefined): string | undefined => /\((plan sha256:[0-9a-f]{64})\)$/.exec(description ?? '')?.[1]
