import type { Command } from '../command.ts'
import { completionScript, type Shell } from '../completion-scripts.ts'

const setUp: Readonly<Record<Shell, string>> = {
  bash: 'source <(pintle completion bash)\npintle completion bash > /etc/bash_completion.d/pintle',
  zsh: 'source <(pintle completion zsh)\npintle completion zsh > "${fpath[1]}/_pintle"',
  fish: 'pintle completion fish | source\npintle completion fish > ~/.config/fish/completions/pintle.fish',
  powershell: 'pintle completion powershell | Out-String | Invoke-Expression',
}

/** `pintle completion SHELL`; called as `helm`, the script is for that name. */
export function completion(shell: Shell): Command {
  return {
    use: `completion ${shell} [flags]`,
    long: `Prints a script that lets ${shell} complete commands, flags, releases and more: once for this session, or kept for new ones.`,
    examples: setUp[shell],
    flags: [{ name: 'no-descriptions', type: 'bool', usage: 'offer words without descriptions' }],
    args: [0, 0],
    completes: [],
    async run({ flags, out }) {
      out.write(completionScript(shell, out.plain ? 'helm' : 'pintle', flags.bool('no-descriptions')))
    },
  }
}
