import { Source } from '@/lib/contract/source'

const ASKED_FOR = /^(?:docker|podman)\s+(?:pull|run)\s+(?:-\S+\s+)*/

/**
 * The image that a pasted text names, or null when it names none. A single word may be anything, so what is not asked for by
 * a command has a tag, a digest, or a registry's host in it.
 */
export function readImagePaste(text: string): string | null {
  const line = text.trim()
  const name = line.replace(ASKED_FOR, '').replace(/\s.*$/s, '')
  const isAsked = ASKED_FOR.test(line)
  if (!isAsked && (/\s/.test(line) || !(isTagged(line) || hasHost(line)))) return null
  return Source.safeParse({ type: 'image', reference: name }).success ? name : null
}

function isTagged(name: string): boolean {
  return /^[a-z0-9][a-z0-9._-]*(:\d+(?=\/))?[a-z0-9._/-]*(:[A-Za-z0-9_][\w.-]*|@sha256:[0-9a-f]{64})$/.test(name) && !/^(https?|ssh|git|file|mailto|localhost|data):/.test(name)
}

function hasHost(name: string): boolean {
  return /^[a-z0-9-]+(\.[a-z0-9-]+)+(:\d+)?\/[a-z0-9._/-]+$/.test(name) && !name.endsWith('/') && !name.endsWith('.git')
}
