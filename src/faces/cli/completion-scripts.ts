export type Shell = 'bash' | 'zsh' | 'fish' | 'powershell'

/**
 * The script that lets a shell complete a program's command lines: it asks the program itself, by `__complete` and the words so far, and
 * turns the answer into what the shell wants. See complete.ts for the protocol.
 */
export function completionScript(shell: Shell, program: string, withoutDescriptions: boolean): string {
  return scripts[shell].replaceAll('PROGRAM', program).replaceAll('REQUEST', withoutDescriptions ? '__completeNoDesc' : '__complete')
}

const scripts: Readonly<Record<Shell, string>> = {
  // Bash cuts words at = and : and gives them with their quotes: both are undone before the program is asked.
  bash: String.raw`# bash completion for PROGRAM

_PROGRAM_complete() {
  local line="${'$'}{COMP_LINE:0:COMP_POINT}" word char quote='' began='' words=() i
  word=''
  for ((i = 0; i < ${'$'}{#line}; i++)); do
    char="${'$'}{line:i:1}"
    if [[ -n $quote ]]; then
      if [[ $char == "$quote" ]]; then quote=''; else word+="$char"; fi
    elif [[ $char == [\'\"] ]]; then
      quote="$char" began=1
    elif [[ $char == \\ ]]; then
      i=$((i + 1)) began=1
      word+="${'$'}{line:i:1}"
    elif [[ $char == [[:space:]] ]]; then
      if [[ -n $began ]]; then words+=("$word"); fi
      word='' began=''
    else
      word+="$char" began=1
    fi
  done
  words+=("$word")

  local out directive candidate cur="$word" cut='' matches=()
  out="$("${'$'}{words[0]/#\~/$HOME}" REQUEST "${'$'}{words[@]:1}" 2>/dev/null)" || return
  directive="${'$'}{out##*:}"
  [[ $directive =~ ^[0-9]+$ ]] || return
  out="${'$'}{out%:*}"
  if ((directive & 1)); then return; fi
  if ((directive & 2)); then compopt -o nospace 2>/dev/null; fi
  if ((directive & 4)); then compopt +o default 2>/dev/null; fi

  # Of --flag=value the candidates are values; what bash cut off before the cursor must not come again.
  if [[ $cur == -*=* ]]; then
    cur="${'$'}{cur#*=}"
    [[ $COMP_WORDBREAKS == *=* ]] || cut="${'$'}{word%%=*}="
  fi
  while IFS='' read -r candidate; do
    if [[ -z $candidate || $candidate == _activeHelp_* ]]; then continue; fi
    [[ "${'$'}{candidate%%$'\t'*}" == "$cur"* ]] && matches+=("$candidate")
  done <<<"$out"

  local before=''
  if [[ $cur == *:* && $COMP_WORDBREAKS == *:* ]]; then before="${'$'}{cur%"${'$'}{cur##*:}"}"; fi
  COMPREPLY=()
  for candidate in "${'$'}{matches[@]}"; do
    local name="$cut${'$'}{candidate%%$'\t'*}"
    name="${'$'}{name#"$before"}"
    # Descriptions are for lists only: one candidate is put into the line as it is, and so are those that menus step through.
    if [[ ${'$'}{#matches[@]} -gt 1 && $candidate == *$'\t'* && $COMP_TYPE != 37 && $COMP_TYPE != 42 ]]; then
      COMPREPLY+=("$name  (${'$'}{candidate#*$'\t'})")
    else
      COMPREPLY+=("$(printf '%q' "$name")")
    fi
  done
}

complete -o default -F _PROGRAM_complete PROGRAM
`,

  zsh: String.raw`#compdef PROGRAM
# zsh completion for PROGRAM

_PROGRAM() {
  local out directive line word
  local -a asked candidates options
  asked=("${'$'}{(@Q)words[2,CURRENT]}")
  out="$("${'$'}{(Q)words[1]/#\~/$HOME}" REQUEST "${'$'}{asked[@]}" 2>/dev/null)" || return 1
  directive="${'$'}{out##*:}"
  [[ $directive == <-> ]] || return 1
  if (( directive & 1 )); then return 1; fi
  if (( directive & 2 )); then options=(-S ''); fi
  for line in "${'$'}{(@f)${'$'}{out%:*}}"; do
    if [[ -z $line || $line == _activeHelp_* ]]; then continue; fi
    word="${'$'}{line%%$'\t'*}"
    word="${'$'}{word//:/\\:}"
    if [[ $line == *$'\t'* ]]; then word+=":${'$'}{line#*$'\t'}"; fi
    candidates+=("$word")
  done
  # Of --flag=value the candidates are values.
  if [[ $PREFIX == -*=* ]]; then compset -P '*='; fi
  if (( ${'$'}{#candidates} > 0 )); then
    _describe -V 'completions' candidates "${'$'}{options[@]}"
  elif (( ! (directive & 4) )); then
    _files
  else
    return 1
  fi
}

# Read from fpath this file is the function's body; sourced, it has to be announced.
if [[ "$funcstack[1]" == _PROGRAM ]]; then
  _PROGRAM "$@"
else
  compdef _PROGRAM PROGRAM
fi
`,

  fish: String.raw`# fish completion for PROGRAM

function __PROGRAM_complete
    set -l words (commandline -opc)
    set -l typed (commandline -ct)
    set -l program $words[1]
    set -e words[1]
    set -l out ($program REQUEST $words "$typed" 2>/dev/null)
    or return
    set -l directive (string replace -r '^:' '' -- $out[-1])
    string match -qr '^[0-9]+$' -- "$directive"
    or return
    set -e out[-1]
    if test (math "$directive % 2") -eq 1
        return
    end
    # Of --flag=value the candidates are values; fish wants the whole word.
    set -l before ''
    if string match -qr '^-[^=]*=' -- "$typed"
        set before (string replace -r '=.*' '=' -- "$typed")
    end
    set -l found 0
    for line in $out
        if test -z "$line"; or string match -q '_activeHelp_*' -- $line
            continue
        end
        set found 1
        echo $before$line
    end
    if test $found -eq 0; and test (math "floor($directive / 4) % 2") -eq 0
        for path in (__fish_complete_path (string replace -r '^-[^=]*=' '' -- "$typed"))
            echo $before$path
        end
    end
end

complete -c PROGRAM -e
complete -c PROGRAM -f -a '(__PROGRAM_complete)'
`,

  powershell: String.raw`# PowerShell completion for PROGRAM

Register-ArgumentCompleter -Native -CommandName 'PROGRAM' -ScriptBlock {
    param($typed, $ast, $cursor)
    $words = @($ast.CommandElements | Where-Object { $_.Extent.StartOffset -lt $cursor } | ForEach-Object {
        if ($_ -is [System.Management.Automation.Language.StringConstantExpressionAst]) { $_.Value } else { $_.Extent.Text }
    })
    $program = $words[0]
    # After a space a new word begins, which is no element yet.
    if ($typed -eq '') { $words += '' }
    $asked = @($words | Select-Object -Skip 1)
    # PowerShell before 7.3 drops empty arguments of programs.
    if ($PSVersionTable.PSVersion -lt [version]'7.3.0') { $asked = @($asked | ForEach-Object { if ($_ -eq '') { '""' } else { $_ } }) }
    $out = @(& $program REQUEST @asked 2>$null)
    if ($out.Count -eq 0 -or $out[-1] -notmatch '^:(\d+)$') { return }
    $directive = [int]$Matches[1]
    if ($directive -band 1) { return }
    $before = ''
    $value = $typed
    if ($typed -match '^(-[^=]*=)(.*)$') { $before = $Matches[1]; $value = $Matches[2] }
    $space = if ($directive -band 2) { '' } else { ' ' }
    $lines = @($out | Select-Object -SkipLast 1 | Where-Object { $_ -and -not $_.StartsWith('_activeHelp_ ') })
    foreach ($line in $lines) {
        $name, $description = $line -split [char]9, 2
        if (-not $name.StartsWith($value)) { continue }
        if (-not $description) { $description = $name }
        [System.Management.Automation.CompletionResult]::new("$before$name$space", $name, 'ParameterValue', $description)
    }
    # An empty answer alone would make PowerShell offer files.
    if ($lines.Count -eq 0 -and ($directive -band 4)) { '' }
}
`,
}
