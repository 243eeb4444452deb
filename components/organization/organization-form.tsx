'use client'

import { useRouter } from 'next/navigation'

import { useRun } from '@/components/client/operations'
import { NameForm } from '@/components/ui/name-form'
import { toast } from '@/components/ui/toast'
import { organizationUpdate } from '@/lib/contract/doors'

/** Renames the organization. */
export function OrganizationForm({ organization, disabledReason }: { organization: { id: string; name: string }; disabledReason: string | null }) {
  const run = useRun()
  const router = useRouter()
  const rename = async (name: string) => {
    await run(organizationUpdate, { organizationId: organization.id, name })
    toast.success('Organization renamed.')
    router.refresh()
  }
  return <NameForm title="Organization" description="Its name stands above its projects and in invitations." label="Name" name={organization.name} onRename={rename} disabledReason={disabledReason} />
}
