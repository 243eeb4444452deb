import { GitRef, GitUrl, RootDirectory } from '@/lib/contract/source'

import { nameFromGitUrl } from './source-choice'

export type PastedGit = { url: string; ref: string; rootDirectory: string; name: string }

/** Sites where a repository has an owner and a name; what follows in an address is what somebody looks at in it. */
const OF_TWO_PARTS = ['github.com', 'bitbucket.org', 'codeberg.org', 'gitea.com']
const WITHOUT_SCHEME = /^(?:www\.)?(?:github\.com|gitlab\.com|bitbucket\.org|codeberg\.org|gitea\.com)\/[^/\s]+\/[^/\s]/

/** The repository that a pasted text names, or null when it names none: an address, what a browser shows while one looks around in it, or a command that clones it. */
export function readGitPaste(text: string): PastedGit | null {
  const { address, branch } = asked(text.trim())
  if (address === '' || /\s/.test(address)) return null
  const { url, ref, rootDirectory } = browsed(WITHOUT_SCHEME.test(address) ? `https://${address.replace(/^www\./, '')}` : address)
  if (!GitUrl.safeParse(url).success || !namesRepository(url)) return null
  const wanted = branch ?? ref
  if (wanted !== '' && !GitRef.safeParse(wanted).success) return null
  if (!RootDirectory.safeParse(rootDirectory).success) return null
  return { url, ref: wanted, rootDirectory, name: nameFromGitUrl(url) }
}

/** The address in a command that clones, with the branch that it asks for; any other text as it is. */
function asked(text: string): { address: string; branch?: string } {
  const [line = ''] = text.split('\n')
  const command = /^(?:git\s+clone|gh\s+repo\s+clone)\s+(.*)$/.exec(line)
  if (!command) return { address: text }
  const words = command[1]!.split(/\s+/)
  const branch = /(?:^|\s)(?:-b|--branch)[\s=](\S+)/.exec(command[1]!)?.[1]
  const address = words.find((word) => GitUrl.safeParse(word).success || WITHOUT_SCHEME.test(word)) ?? (line.startsWith('gh') ? words.find((word) => /^[\w.-]+\/[\w.-]+$/.test(word)) : undefined) ?? ''
  return { address: /^[\w.-]+\/[\w.-]+$/.test(address) ? `https://github.com/${address}` : address, ...(branch === undefined ? {} : { branch }) }
}

type Browsed = { url: string; ref: string; rootDirectory: string }

/** The repository of a page that shows something of it: github.com/o/r/tree/main/apps/web, gitlab.com/g/s/r/-/blob/v2/README.md, github.com/o/r/pull/3. */
function browsed(address: string): Browsed {
  const whole = { url: address.replace(/\/+$/, ''), ref: '', rootDirectory: '' }
  const page = /^(https?:\/\/([^/?#]+))(\/[^?#]*)/.exec(address)
  if (!page) return whole
  const [, site, host, path] = page as unknown as [string, string, string, string]
  const parts = path.split('/').filter(Boolean)
  const dash = parts.indexOf('-')
  const tree = parts.findIndex((part, index) => index > 1 && part === 'tree')
  const length = OF_TWO_PARTS.includes(host) ? 2 : dash > 0 ? dash : tree > 0 ? tree : parts.length
  const place = parts.slice(length).filter((part) => part !== '-')
  return { url: `${site}/${parts.slice(0, length).join('/')}`, ...placeOf(place) }
}

function placeOf([kind, ...rest]: readonly string[]): Omit<Browsed, 'url'> {
  // Codeberg and Gitea say what kind of name it is.
  const [ref = '', ...path] = kind === 'src' && /^(branch|tag|commit)$/.test(rest[0] ?? '') ? rest.slice(1) : kind === 'releases' && rest[0] === 'tag' ? rest.slice(1, 2) : rest
  if (kind === 'blob') return { ref, rootDirectory: path.slice(0, -1).join('/') }
  return /^(tree|src|commit|releases)$/.test(kind ?? '') ? { ref, rootDirectory: path.join('/') } : { ref: '', rootDirectory: '' }
}

/** An https address is a repository's when it has an owner and a name; a mere site is not. */
function namesRepository(url: string): boolean {
  if (!/^https?:/.test(url)) return true
  const path = /^https?:\/\/[^/]+\/([^?#]+)/.exec(url)?.[1] ?? ''
  return path.split('/').filter(Boolean).length >= 2 || path.endsWith('.git')
}
