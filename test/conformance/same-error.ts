const heading = "values don't meet the specifications of the schema(s)"

/** Whether two error texts say the same. Go walks maps in random order, so Helm tells the failures of a schema, and keys in one, in any order. */
export function sameError(a: string, b: string): boolean {
  return a === b || (a.includes(heading) && letters(a) === letters(b))
}

/** Helm ends the text of a broken schema without a line feed, so that not even words stay whole. */
function letters(text: string): string {
  return [...text].sort().join('')
}
