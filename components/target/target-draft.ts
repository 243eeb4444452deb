import type { z } from 'zod'

import type { TargetConnection, TargetView } from '@/lib/contract/target'

// What is typed about a target, as text until it is sent. Keys are never shown again: an empty field keeps the former one.

type Texts<Key extends string> = Record<Key, string>

export type TargetDraft = { name: string; kind: 'ssh' | 'tcp'; ownKey: boolean } & Texts<'host' | 'sshPort' | 'tlsPort' | 'user' | 'privateKey' | 'hostKey' | 'ca' | 'certificate' | 'key' | 'publishedAddress'>

export function draftOf(target: TargetView | null): TargetDraft {
  const connection = target?.connection
  const ssh = connection?.kind === 'ssh' ? connection : null
  const tcp = connection?.kind === 'tcp' ? connection : null
  return {
    name: target?.name ?? '',
    kind: tcp ? 'tcp' : 'ssh',
    ownKey: false,
    host: ssh?.host ?? tcp?.host ?? '',
    sshPort: String(ssh?.port ?? 22),
    tlsPort: String(tcp?.port ?? 2376),
    user: ssh?.user ?? '',
    privateKey: '',
    hostKey: ssh?.hostKey ?? '',
    ca: '',
    certificate: '',
    key: '',
    publishedAddress: target?.publishedAddress ?? '',
  }
}

/** What to send. Of TLS all three are sent or none. */
export function connectionOf(draft: TargetDraft): z.input<typeof TargetConnection> {
  const host = draft.host.trim()
  if (draft.kind === 'ssh') {
    const hostKey = draft.hostKey.trim()
    return { kind: 'ssh', host, port: Number(draft.sshPort), user: draft.user.trim(), ...(draft.ownKey ? { privateKey: draft.privateKey } : {}), hostKey: hostKey === '' ? null : hostKey }
  }
  const { ca, certificate, key } = draft
  const isTyped = [ca, certificate, key].some((text) => text.trim() !== '')
  return { kind: 'tcp', host, port: Number(draft.tlsPort), ...(isTyped ? { tls: { ca, certificate, key } } : {}) }
}
