import type { Metadata } from 'next'

import { readForPage, requireViewer } from '@/app/read-page'
import { TokensCard } from '@/components/account/tokens-card'
import { paths } from '@/components/paths'
import { tokenList } from '@/lib/contract/auth'

export const metadata: Metadata = { title: 'API tokens' }

/** Personal tokens for REST and the command line. */
export default async function TokensPage() {
  const viewer = await requireViewer(paths.settings('tokens'))
  const tokens = await readForPage(tokenList, {})
  return <TokensCard tokens={tokens.items} organizations={viewer.memberships.map(({ organization }) => ({ id: organization.id, name: organization.name }))} />
}
