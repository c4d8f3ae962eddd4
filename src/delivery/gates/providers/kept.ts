/** Characters of an answer that are kept as evidence. */
const most = 4096

/** An answer as it is kept: cut where it is long, with a note of it. */
export const kept = (body: string): string => (body.length > most ? `${body.slice(0, most)}… (cut: ${body.length} characters)` : body)
