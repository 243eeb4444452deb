'use client'

import { Trash2 } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useState } from 'react'

import { useRun } from '@/components/client/operations'
import { Badge } from '@/components/ui/badge'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { IconButton } from '@/components/ui/icon-button'
import { RelativeTime } from '@/components/ui/relative-time'
import { toast } from '@/components/ui/toast'
import { useNow } from '@/components/ui/use-now'
import type { TokenView } from '@/lib/contract/auth'
import { tokenRevoke } from '@/lib/contract/doors'

import { SCOPE_WORDS } from './scope-words'

/** One token: what it may do, when it was used, when it ends. */
export function TokenRow({ token, organization }: { token: TokenView; organization: string | null }) {
  const run = useRun()
  const router = useRouter()
  const [revoking, setRevoking] = useState(false)
  const revoke = async () => {
    await run(tokenRevoke, { tokenId: token.id })
    toast.success('Token revoked.')
    router.refresh()
  }
  return (
    <li className="flex items-center gap-3 py-3">
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-2">
          <span className="font-medium break-words">{token.name}</span>
          <Badge>{SCOPE_WORDS[token.scope].word}</Badge>
          <span className="font-mono text-code text-faint">{token.prefix}…</span>
        </p>
        <p className="mt-0.5 text-meta text-faint">
          {organization === null ? null : <>{organization} · </>}
          {token.lastUsedAt === null ? 'Never used' : <>Used <RelativeTime at={token.lastUsedAt} /></>} · <Expiry at={token.expiresAt} />
        </p>
      </div>
      <IconButton label={`Revoke ${token.name}`} icon={<Trash2 />} onClick={() => setRevoking(true)} />
      <ConfirmDialog open={revoking} onOpenChange={setRevoking} title={`Revoke ${token.name}?`} confirmLabel="Revoke token" onConfirm={revoke}>
        <p>Whatever uses this token is refused from now on.</p>
      </ConfirmDialog>
    </li>
  )
}

function Expiry({ at }: { at: string | null }) {
  const now = useNow(60_000)
  if (at === null) return 'Never ends'
  const over = Date.parse(at) < now
  return (
    <span className={over ? 'text-bad' : undefined} suppressHydrationWarning>
      {over ? 'Ended' : 'Ends'} <RelativeTime at={at} />
    </span>
  )
}
