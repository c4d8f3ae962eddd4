/**
 * The words of `--args`, `--template-args` and the like, as helmfile takes them apart: at spaces, with no quotes; words that are neither flags nor a flag's value are
 * dropped, and the values of one flag stand together where it stood first.
 * Source: CollectArgs in pkg/argparser/args.go.
 * @param text `--debug --set a=b`
 * @example collectArgs('--a 1 --b --a=2') // ['--a', '1', '--a=2', '--b']
 */
export function collectArgs(text: string): string[] {
  const words = text.split(' ').filter((word) => word !== '')
  const flags = new Map<string, string[][]>()
  words.forEach((word, i) => {
    if (!word.startsWith('-')) return
    const sign = word.indexOf('=')
    const flag = sign < 0 ? word : word.slice(0, sign)
    if (flag === '') return
    const next = words[i + 1]
    const given = sign >= 0 ? [sign === word.length - 1 ? flag : word] : next === undefined || next.startsWith('-') ? [flag] : [flag, next]
    flags.set(flag, [...(flags.get(flag) ?? []), given])
  })
  return [...flags.values()].flat(2)
}
