const numbers = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve']

/** `one insert`, `two inserts`, `13 inserts`. */
export const plural = (amount: number, singular: string, several = `${singular}s`): string => `${numbers[amount] ?? amount} ${amount === 1 ? singular : several}`
