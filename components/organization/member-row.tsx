'use client'

import { UserMinus } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useState } from 'react'

import { useRun } from '@/components/client/operations'
import { Avatar } from '@/components/ui/avatar'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { IconButton } from '@/components/ui/icon-button'
import { problemOf } from '@/components/ui/problem'
import { Select } from '@/components/ui/select'
import { toast } from '@/components/ui/toast'
import { Tooltip } from '@/components/ui/tooltip'
import { useSubmit } from '@/components/ui/use-submit'
import { memberRemove, memberUpdate } from '@/lib/contract/doors'
import type { MemberView } from '@/lib/contract/organization'
import { mayAssign, type Role } from '@/lib/domain/permission'

import { roleOptions } from './assignable-roles'
import { ROLE_WORDS } from './role-words'

export type MemberRowProps = { organizationId: string; member: MemberView; viewer: { id: string; role: Role }; disabledReason: string | null }

/** One member: role to change, button to remove. */
export function MemberRow({ organizationId, member, viewer, disabledReason }: MemberRowProps) {
  const run = useRun()
  const router = useRouter()
  const [removing, setRemoving] = useState(false)
  const isViewer = member.user.id === viewer.id
  const reason = disabledReason ?? (mayAssign(viewer.role, member.role) ? null : `Only ${ROLE_WORDS[member.role].article} can change ${ROLE_WORDS[member.role].article}.`)
  const change = useSubmit(async (role: Role) => {
    try {
      await run(memberUpdate, { organizationId, userId: member.user.id, role })
      toast.success(`${member.user.name} is now ${ROLE_WORDS[role].article}.`)
    } catch (error) {
      toast.error(problemOf(error).message)
    }
    router.refresh()
  })
  const remove = async () => {
    await run(memberRemove, { organizationId, userId: member.user.id })
    toast.success(isViewer ? 'You left the organization.' : `${member.user.name} was removed.`)
    router.refresh()
  }
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-2 py-3">
      <Avatar name={member.user.name} />
      <div className="min-w-52 flex-1">
        <p className="font-medium break-words">
          {member.user.name}
          {isViewer ? <span className="font-normal text-faint"> (you)</span> : null}
        </p>
        <p className="text-meta break-all text-faint">{member.user.email}</p>
      </div>
      <div className="flex items-center gap-2 pl-10 sm:pl-0">
        <RoleControl member={member} actor={viewer.role} reason={reason} pending={change.pending} onChange={(role) => void change.submit(role)} />
        <IconButton label={isViewer ? 'Leave the organization' : `Remove ${member.user.name}`} icon={<UserMinus />} disabledReason={reason} onClick={() => setRemoving(true)} />
      </div>
      <ConfirmDialog open={removing} onOpenChange={setRemoving} title={isViewer ? 'Leave the organization?' : `Remove ${member.user.name}?`} confirmLabel={isViewer ? 'Leave' : 'Remove'} onConfirm={remove}>
        <p>{isViewer ? 'You lose' : `${member.user.name} loses`} access to all projects at once, and the API tokens for this organization stop working. What was built and deployed stays.</p>
      </ConfirmDialog>
    </li>
  )
}

type RoleControlProps = { member: MemberView; actor: Role; reason: string | null; pending: boolean; onChange: (role: Role) => void }

function RoleControl({ member, actor, reason, pending, onChange }: RoleControlProps) {
  if (reason !== null) {
    return (
      <Tooltip text={reason}>
        <span tabIndex={0} className="inline-flex h-8 items-center rounded-control text-muted sm:px-2.5">
          {ROLE_WORDS[member.role].word}
        </span>
      </Tooltip>
    )
  }
  return <Select label={`Role of ${member.user.name}`} className="w-36" value={member.role} onValueChange={onChange} options={roleOptions(actor)} disabled={pending} />
}
