'use client'

import { BookOpen, Building2, KeyRound, LogOut, UserRound } from 'lucide-react'
import { useRouter } from 'next/navigation'

import { switchEntries, type NamedOrganization } from '@/components/organization/organization-menu'
import { paths } from '@/components/paths'
import { Avatar } from '@/components/ui/avatar'
import { Menu } from '@/components/ui/menu'
import { toast } from '@/components/ui/toast'

export type AccountMenuProps = {
  user: { name: string; email: string }
  organizations: readonly NamedOrganization[]
  currentId: string | null
}

/** The person's own menu: account, tokens, other organizations, reference, signing out. */
export function AccountMenu({ user, organizations, currentId }: AccountMenuProps) {
  const router = useRouter()
  const leave = async () => {
    try {
      // Loaded when it is needed: it brings the whole client of next-auth.
      const { signOutBrowser } = await import('./sign-in-browser')
      await signOutBrowser()
      // A full load: nothing of the former person stays in memory.
      window.location.assign(paths.signIn())
    } catch {
      toast.error('You are still signed in: Easel did not answer. Try again.')
    }
  }
  return (
    <Menu
      label="Account"
      trigger={
        <button type="button" aria-label={`Account of ${user.name}`} className="flex size-8 items-center justify-center rounded-full">
          <Avatar name={user.name} />
        </button>
      }
      items={[
        { kind: 'heading', label: user.email },
        { label: 'Account', icon: <UserRound />, href: paths.settings('account') },
        { label: 'API tokens', icon: <KeyRound />, href: paths.settings('tokens') },
        { label: 'API reference', icon: <BookOpen />, href: paths.reference() },
        ...(organizations.length > 1 ? [{ kind: 'separator' as const }, ...switchEntries(organizations, currentId, router, <Building2 />)] : []),
        { kind: 'separator' },
        { label: 'Sign out', icon: <LogOut />, onSelect: () => void leave() },
      ]}
    />
  )
}
