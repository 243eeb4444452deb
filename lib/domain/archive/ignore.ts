// What a folder leaves out when it is sent, as its .gitignore files say. Pure, for the browser and the command line alike.

/** Names that are never sent, at any depth: fetched or made again, or of the tool and not of the source. */
export const NEVER_SENT: ReadonlySet<string> = new Set(['node_modules', '.git', '.DS_Store'])
export const IGNORE_FILE = '.gitignore'

type Rule = { pattern: RegExp; isKept: boolean; foldersOnly: boolean }
/** The rules of one .gitignore: of the folder it lies in, `''` for the root. */
export type IgnoreRules = { folder: string; rules: readonly Rule[] }

/** Reads a .gitignore. Lines that say nothing are passed over. */
export function readIgnore(folder: string, text: string): IgnoreRules {
  return { folder, rules: text.split(/\r?\n/).flatMap((line) => ruleOf(line) ?? []) }
}

/**
 * Whether a path is left out, by the rules of the folders above it, from the root down: the last rule that speaks of it decides.
 * Of what lies in a folder that is left out nothing is asked.
 */
export function isIgnored(path: string, isFolder: boolean, all: readonly IgnoreRules[]): boolean {
  if (NEVER_SENT.has(path.slice(path.lastIndexOf('/') + 1))) return true
  let ignored = false
  for (const { folder, rules } of all) {
    const below = folder === '' ? path : path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : null
    if (below === null) continue
    for (const { pattern, isKept, foldersOnly } of rules) if ((isFolder || !foldersOnly) && pattern.test(below)) ignored = !isKept
  }
  return ignored
}

function ruleOf(line: string): Rule | null {
  // A blank at the end counts only after a backslash.
  let text = line.replace(/(?<!\\)((?:\\\\)*) +$/, '$1')
  if (text === '' || text.startsWith('#')) return null
  const isKept = text.startsWith('!')
  if (isKept) text = text.slice(1)
  const foldersOnly = text.endsWith('/')
  if (foldersOnly) text = text.slice(0, -1)
  // With a slash before its end a pattern is about the folder of its file, else about any below.
  const isAnchored = text.includes('/')
  if (text.startsWith('/')) text = text.slice(1)
  if (text === '') return null
  return { pattern: new RegExp(`^${isAnchored ? '' : '(?:.*/)?'}${expression(text)}$`, 's'), isKept, foldersOnly }
}

function expression(text: string): string {
  let made = ''
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!
    const rest = text.slice(at)
    const atStart = at === 0 || text[at - 1] === '/'
    if (atStart && rest.startsWith('**/')) {
      made += '(?:.*/)?'
      at += 2
    } else if (atStart && rest === '**') {
      made += '.+'
      at += 1
    } else if (char === '*') {
      // Several stars are as one.
      while (text[at + 1] === '*') at++
      made += '[^/]*'
    } else if (char === '?') made += '[^/]'
    else if (char === '[') {
      const set = /^\[([!^]?)(\]?(?:\\.|[^\]\\])*)\]/.exec(rest)
      if (set === null) made += '\\['
      else {
        made += classOf(set[1] !== '', set[2]!)
        at += set[0].length - 1
      }
    } else if (char === '\\' && at + 1 < text.length) made += escaped(text[++at]!)
    else made += escaped(char)
  }
  return made
}

/** A set of characters that is none matches nothing, as a pattern that cannot be read does. */
function classOf(isOthers: boolean, members: string): string {
  const set = `${isOthers ? '(?!/)[^' : '(?!/)['}${members.replace(/^\]/, '\\]').replace(/\[/g, '\\[').replace(/\^/g, '\\^')}]`
  try {
    new RegExp(set)
    return set
  } catch {
    return '(?!)'
  }
}

function escaped(char: string): string {
  return /[\\^$.*+?()[\]{}|/]/.test(char) ? `\\${char}` : char
}
