/** A name that leads nowhere else. */
export const isPlainName = (name: unknown): name is string => typeof name === 'string' && /^[\w.-]{1,255}$/.test(name) && !name.startsWith('.')
