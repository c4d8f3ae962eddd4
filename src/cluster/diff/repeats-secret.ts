/** Shorter values may stand in any text by chance. */
const shortest = 6

/** Whether a text holds one of the values, as it is or within base64. */
export function repeatsSecret(text: string, values: readonly string[]): boolean {
  return values.some((value) => value.length >= shortest && (text.includes(value) || inBase64(value).some((form) => text.includes(form))))
}

/** What a value looks like inside of base64, wherever the text before it ends: the characters that it alone decides. */
function inBase64(value: string): string[] {
  const bytes = [...new TextEncoder().encode(value)]
  return [0, 1, 2].map((shift) => {
    const text = btoa(String.fromCharCode(...new Array<number>(shift).fill(0), ...bytes.slice(0, 3000)))
    return text.slice(Math.ceil((shift * 8) / 6), Math.floor(((shift + Math.min(bytes.length, 3000)) * 8) / 6))
  })
}
