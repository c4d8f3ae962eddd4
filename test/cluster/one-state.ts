import { said, type Ran } from './cli-pair.ts'

/**
 * What both programs say of one state. Controllers may change it between the two looks: where the programs differ and Helm itself now says
 * something else than before, both look once more.
 */
export async function sameState(first: Ran, helm: () => Promise<Ran>, pintle: () => Promise<Ran>): Promise<{ theirs: Ran; ours: Ran }> {
  let theirs = settled(first)
  for (let looks = 0; ; looks++) {
    const ours = settled(await pintle())
    if (looks === 9 || JSON.stringify(ours) === JSON.stringify(theirs)) return { theirs, ours }
    const again = settled(await helm())
    if (JSON.stringify(again) === JSON.stringify(theirs)) return { theirs, ours }
    theirs = again
  }
}

/** One state seen twice: only ages move on; Helm prints the kinds of `status` in random order. */
function settled({ code, out, err }: Ran): Ran {
  const at = out.indexOf('RESOURCES:\n')
  // A list's own version is the cluster's.
  if (at < 0) return { code, out: out.replace(/("kind":"PodList","metadata":\{"resourceVersion":")\d+|(kind: PodList\n +metadata:\n +resourceVersion: ")\d+/g, '$1$2<version>'), err: said(err) }
  const end = out.indexOf('\n\n\n', at) + 2
  const groups = out.slice(at + 11, end).replace(/ +\d+(s|m|m\d+s)$/gm, ' <age>').split(/^(?===> )/m).sort()
  return { code, out: out.slice(0, at) + groups.join('') + out.slice(end), err: said(err) }
}
