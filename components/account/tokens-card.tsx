'use client'

import { Plus } from 'lucide-react'
import Link from 'next/link'
import { useState } from 'react'

import { paths } from '@/components/paths'
import { Button } from '@/components/ui/button'
import { SectionCard } from '@/components/ui/card'
import type { TokenView } from '@/lib/contract/auth'

import { CreateTokenDialog } from './create-token-dialog'
import { TokenRow } from './token-row'

export type TokensCardProps = { tokens: readonly TokenView[]; organizations: readonly { id: string; name: string }[] }

/** The person's tokens. */
export function TokensCard({ tokens, organizations }: TokensCardProps) {
  const [creating, setCreating] = useState(false)
  const names = new Map(organizations.map(({ id, name }) => [id, name]))
  return (
    <SectionCard
      title="API tokens"
      description={
        <>
          For scripts and the command line, in your name. What they can do is in the{' '}
          <Link href={paths.reference()} className="text-ink underline underline-offset-3">
            API reference
          </Link>
          .
        </>
      }
      action={
        <Button variant="primary" icon={<Plus />} disabledReason={organizations.length === 0 ? 'You are in no organization that a token could act in.' : null} onClick={() => setCreating(true)}>
          New token
        </Button>
      }
    >
      {tokens.length === 0 ? <p className="text-muted">You have no tokens.</p> : null}
      <ul className="-my-4 divide-y divide-line empty:hidden">
        {tokens.map((token) => (
          <TokenRow key={token.id} token={token} organization={organizations.length > 1 ? (names.get(token.organizationId) ?? null) : null} />
        ))}
      </ul>
      {creating ? <CreateTokenDialog organizations={organizations} onClose={() => setCreating(false)} /> : null}
    </SectionCard>
  )
}
