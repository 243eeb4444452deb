'use client'

import { ChevronsUpDown } from 'lucide-react'
import { useRouter } from 'next/navigation'
import type { ReactNode } from 'react'

import { paths } from '@/components/paths'
import { Menu, type MenuEntry } from '@/components/ui/menu'

import { chooseOrganization } from './chosen-organization'

export type NamedOrganization = { id: string; name: string }

type Navigate = { push: (path: string) => void; refresh: () => void }

/** One entry per organization; choosing one shows its projects. */
export function switchEntries(organizations: readonly NamedOrganization[], currentId: string | null, router: Navigate, icon?: ReactNode): MenuEntry[] {
  return organizations.map((organization) => ({
    label: organization.name,
    icon,
    checked: organization.id === currentId,
    onSelect: () => {
      chooseOrganization(organization.id)
      router.push(paths.projects())
      router.refresh()
    },
  }))
}

/** The name of the organization; a menu when the person is in several. */
export function OrganizationMenu({ organizations, current }: { organizations: readonly NamedOrganization[]; current: NamedOrganization }) {
  const router = useRouter()
  if (organizations.length < 2) return <span className="max-w-48 truncate font-medium">{current.name}</span>
  return (
    <Menu
      align="start"
      label="Organizations"
      trigger={
        <button type="button" aria-label={`Organization ${current.name}. Switch`} className="flex min-w-0 items-center gap-1 rounded-control px-1 font-medium hover:bg-hover">
          <span className="max-w-48 truncate">{current.name}</span>
          <ChevronsUpDown aria-hidden="true" className="size-3.5 text-faint" />
        </button>
      }
      items={switchEntries(organizations, current.id, router)}
    />
  )
}
