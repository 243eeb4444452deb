import { nameFromGitUrl } from '@/components/project/source-choice'
import { GitRef, GitUrl, RootDirectory } from '@/lib/contract/source'

export type PastedGit = { url: string; ref: string; rootDirectory: string; name: string }

// Addresses of a folder as the browser shows them: github.com/o/r/tree/main/apps/web, gitlab.com/o/r/-/tree/main/apps/web.
const BROWSED = /^(https?:\/\/[^/]+\/.+?)\/(?:-\/)?tree\/([^/]+)(?:\/(.+))?$/

/** The repository that a pasted text names, or null when it names none. */
export function readGitPaste(text: string): PastedGit | null {
  const line = text.trim().replace(/^git\s+clone\s+/, '')
  if (line === '' || /\s/.test(line)) return null
  const browsed = BROWSED.exec(line.replace(/[?#].*$/, ''))
  const url = (browsed?.[1] ?? line).replace(/\/+$/, '')
  if (!GitUrl.safeParse(url).success || !namesRepository(url)) return null
  const ref = browsed?.[2] ?? ''
  const rootDirectory = browsed?.[3] ?? ''
  if (ref !== '' && !GitRef.safeParse(ref).success) return null
  if (!RootDirectory.safeParse(rootDirectory).success) return null
  return { url, ref, rootDirectory, name: nameFromGitUrl(url) }
}

/** An https address is a repository's when it has an owner and a name; a mere site is not. */
function namesRepository(url: string): boolean {
  if (!/^https?:/.test(url)) return true
  const path = /^https?:\/\/[^/]+\/([^?#]+)/.exec(url)?.[1] ?? ''
  return path.split('/').filter(Boolean).length >= 2 || path.endsWith('.git')
}
