// Commands that people type (install, build, start) are run without a shell: the line is split into words here, and the
// words are handed to the operating system as they are. Only quotes, backslash and $NAME are understood; anything that
// would need a shell is refused with the remedy.

export type CommandLine = { ok: true; words: string[] } | { ok: false; message: string }

const NEEDS_SHELL = /[|&;<>`\n\r]|\$\(|\(\)|[()]/

/** Splits one command into words. `$NAME` and `${NAME}` stay in the words; `expandWords` fills them in at run time. */
export function parseCommandLine(line: string): CommandLine {
  const words: string[] = []
  let word: string | null = null
  let quote: '"' | "'" | null = null

  for (let i = 0; i < line.length; i++) {
    const c = line[i]!
    if (quote === "'") {
      if (c === "'") quote = null
      else word += c
      continue
    }
    if (quote === '"') {
      if (c === '"') quote = null
      else if (c === '\\' && (line[i + 1] === '"' || line[i + 1] === '\\')) word += line[++i]!
      else if (c === '`' || (c === '$' && line[i + 1] === '(')) return needsShell(line.slice(i, i + 2))
      else word += c
      continue
    }
    if (c === '"' || c === "'") {
      quote = c
      word ??= ''
    } else if (c === ' ' || c === '\t') {
      if (word !== null) words.push(word)
      word = null
    } else if (c === '\\' && i + 1 < line.length) {
      word = (word ?? '') + line[++i]!
    } else if (NEEDS_SHELL.test(c) || (c === '$' && line[i + 1] === '(')) {
      return needsShell(c === '$' ? '$(' : line.slice(i, i + 2).trim() || 'a line break')
    } else {
      word = (word ?? '') + c
    }
  }
  if (quote !== null) return { ok: false, message: `The command has an opening ${quote} without a closing one.` }
  if (word !== null) words.push(word)
  if (words.length === 0) return { ok: false, message: 'The command is empty.' }
  if (/^[A-Za-z_][A-Za-z0-9_]*=/.test(words[0]!)) {
    return { ok: false, message: `The command begins with an assignment (${words[0]!.split('=')[0]}=). Set it under Variables instead.` }
  }
  return { ok: true, words }
}

function needsShell(found: string): CommandLine {
  return { ok: false, message: `The command contains ${found}, which needs a shell. Put it into a package.json script and call that.` }
}

/** The words with `$NAME` and `${NAME}` replaced from `env`; an unknown name becomes empty, as a shell would have it. */
export function expandWords(words: readonly string[], env: Readonly<Record<string, string>>): string[] {
  return words.map((word) => word.replace(/\$(?:\{([A-Za-z_][A-Za-z0-9_]*)\}|([A-Za-z_][A-Za-z0-9_]*))/g, (_, a?: string, b?: string) => env[a ?? b ?? ''] ?? ''))
}

/** One line that `parseCommandLine` splits into exactly these words; for showing a command. */
export function formatCommandLine(words: readonly string[]): string {
  return words.map((word) => (/^[\w@%+=:,./${}-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(' ')
}
