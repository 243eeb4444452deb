import { Source } from '@/lib/contract/source'

const ASKED_FOR = /^(?:docker|podman)\s+(?:pull|run)\s+/
/** Options of those commands that have no value after them; letters of one hyphen are several of them. */
const ALONE = /^(-[ditPq]+|--[\w-]+=.*|--(rm|detach|interactive|tty|init|privileged|read-only|publish-all|quiet|all-tags|no-healthcheck|oom-kill-disable|disable-content-trust))$/

/**
 * The image that a pasted text names, or null when it names none. A single word may be anything, so what is not asked for by
 * a command has a tag, a digest, or a registry's host in it.
 */
export function readImagePaste(text: string): string | null {
  const line = text.trim()
  const isAsked = ASKED_FOR.test(line)
  const name = isAsked ? imageOf(line.replace(ASKED_FOR, '')) : line.replace(/\s.*$/s, '')
  if (!isAsked && (/\s/.test(line) || !(isTagged(line) || hasHost(line)))) return null
  return Source.safeParse({ type: 'image', reference: name }).success ? name : null
}

/** The first word of a command that is neither an option nor the value of one. */
function imageOf(args: string): string {
  const words = args.split(/(?:\s|\\\n)+/)
  for (let at = 0; at < words.length; at++) {
    if (!words[at]!.startsWith('-')) return words[at]!
    if (!ALONE.test(words[at]!)) at++
  }
  return ''
}

function isTagged(name: string): boolean {
  return /^[a-z0-9][a-z0-9._-]*(:\d+(?=\/))?[a-z0-9._/-]*(:[A-Za-z0-9_][\w.-]*|@sha256:[0-9a-f]{64})$/.test(name) && !/^(https?|ssh|git|file|mailto|localhost|data):/.test(name)
}

function hasHost(name: string): boolean {
  return /^[a-z0-9-]+(\.[a-z0-9-]+)+(:\d+)?\/[a-z0-9._/-]+$/.test(name) && !name.endsWith('/') && !name.endsWith('.git')
}
