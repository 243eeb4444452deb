import { z } from 'zod'

import { ROLES } from '../domain/permission'
import { idSchema } from '../ids'
import { OrganizationView, Email } from './auth'
import { Done, DisplayName, PageInput, PersonView, Timestamp, page } from './common'
import { allow, anyone, command, query } from './entry'

const organizationId = idSchema('organization')
const Role = z.enum(ROLES)

export const organizationUpdate = command('organization.update', {
  summary: 'Rename an organization',
  input: z.strictObject({ organizationId, name: DisplayName }),
  output: OrganizationView,
  access: allow('organization.manage', 'organization'),
  http: { method: 'PATCH', path: '/organizations/{organizationId}', status: 200 },
  cli: 'organization rename <organizationId> <name>',
  fails: ['not_found'],
})

export const MemberView = z.strictObject({ user: PersonView, role: Role, joinedAt: Timestamp })
export type MemberView = z.infer<typeof MemberView>

export const memberList = query('member.list', {
  summary: 'Members of an organization',
  input: z.strictObject({ organizationId, ...PageInput }),
  output: page(MemberView),
  access: allow('member.read', 'organization'),
  http: { method: 'GET', path: '/organizations/{organizationId}/members', status: 200 },
  cli: 'member list <organizationId>',
  fails: ['not_found'],
})

export const memberUpdate = command('member.update', {
  summary: 'Change the role of a member',
  input: z.strictObject({ organizationId, userId: idSchema('user'), role: Role }),
  output: MemberView,
  access: allow('member.manage', 'organization'),
  http: { method: 'PATCH', path: '/organizations/{organizationId}/members/{userId}', status: 200 },
  cli: 'member role <organizationId> <userId> <role>',
  fails: ['not_found', 'forbidden', 'not_now'],
})

export const memberRemove = command('member.remove', {
  summary: 'Remove a member; their tokens for this organization end',
  input: z.strictObject({ organizationId, userId: idSchema('user') }),
  output: Done,
  access: allow('member.manage', 'organization'),
  http: { method: 'DELETE', path: '/organizations/{organizationId}/members/{userId}', status: 202 },
  cli: 'member remove <organizationId> <userId>',
  fails: ['not_found', 'forbidden', 'not_now'],
})

export const InvitationView = z.strictObject({
  id: idSchema('invitation'),
  email: z.string(),
  role: Role,
  invitedBy: z.string(),
  createdAt: Timestamp,
  expiresAt: Timestamp,
})
export type InvitationView = z.infer<typeof InvitationView>

export const invitationCreate = command('invitation.create', {
  summary: 'Invite a person by email; the link is shown once and works for 7 days',
  input: z.strictObject({ organizationId, email: Email, role: Role }),
  output: z.strictObject({ invitation: InvitationView, url: z.string(), token: z.string() }),
  access: allow('member.manage', 'organization'),
  http: { method: 'POST', path: '/organizations/{organizationId}/invitations', status: 201 },
  cli: 'invite <organizationId> <email> <role>',
  fails: ['not_found', 'forbidden', 'conflict'],
})

export const invitationList = query('invitation.list', {
  summary: 'Open invitations',
  input: z.strictObject({ organizationId, ...PageInput }),
  output: page(InvitationView),
  access: allow('member.read', 'organization'),
  http: { method: 'GET', path: '/organizations/{organizationId}/invitations', status: 200 },
  cli: 'invitation list <organizationId>',
  fails: ['not_found'],
})

export const invitationRevoke = command('invitation.revoke', {
  summary: 'Withdraw an invitation',
  input: z.strictObject({ organizationId, invitationId: idSchema('invitation') }),
  output: Done,
  access: allow('member.manage', 'organization'),
  http: { method: 'DELETE', path: '/organizations/{organizationId}/invitations/{invitationId}', status: 202 },
  cli: 'invitation revoke <organizationId> <invitationId>',
  fails: ['not_found'],
})

export const invitationGet = query('invitation.get', {
  summary: 'What an invitation link invites to',
  input: z.strictObject({ token: z.string().max(200) }),
  output: z.strictObject({ organization: z.string(), email: z.string(), role: Role, hasAccount: z.boolean() }),
  access: anyone,
  http: { method: 'GET', path: '/invitations/{token}', status: 200 },
  cli: 'invitation show <token>',
  fails: ['not_found'],
})

export const invitationAccept = command('invitation.accept', {
  summary: 'Join an organization with the account that is signed in',
  input: z.strictObject({ token: z.string().max(200) }),
  output: OrganizationView,
  access: { kind: 'self' },
  http: { method: 'POST', path: '/invitations/{token}/accept', status: 200 },
  cli: 'invitation accept <token>',
  fails: ['not_found', 'forbidden', 'conflict'],
})

export const SshKeyView = z.strictObject({ id: idSchema('sshKey'), name: z.string(), publicKey: z.string(), fingerprint: z.string(), createdAt: Timestamp })
export type SshKeyView = z.infer<typeof SshKeyView>

export const sshKeyCreate = command('sshKey.create', {
  summary: 'Add an SSH key for private repositories; without a private key a new one is made',
  input: z.strictObject({ organizationId, name: DisplayName, privateKey: z.string().max(20_000).optional() }),
  output: SshKeyView,
  access: allow('key.manage', 'organization'),
  http: { method: 'POST', path: '/organizations/{organizationId}/ssh-keys', status: 201 },
  cli: 'key create <organizationId> <name>',
  fails: ['not_found', 'conflict'],
})

export const sshKeyList = query('sshKey.list', {
  summary: 'SSH keys of an organization, public part only',
  input: z.strictObject({ organizationId, ...PageInput }),
  output: page(SshKeyView),
  access: allow('organization.read', 'organization'),
  http: { method: 'GET', path: '/organizations/{organizationId}/ssh-keys', status: 200 },
  cli: 'key list <organizationId>',
  fails: ['not_found'],
})

export const sshKeyDelete = command('sshKey.delete', {
  summary: 'Delete an SSH key',
  input: z.strictObject({ organizationId, sshKeyId: idSchema('sshKey') }),
  output: Done,
  access: allow('key.manage', 'organization'),
  http: { method: 'DELETE', path: '/organizations/{organizationId}/ssh-keys/{sshKeyId}', status: 202 },
  cli: 'key delete <organizationId> <sshKeyId>',
  fails: ['not_found', 'not_now'],
})

export const EventView = z.strictObject({
  id: z.string(),
  type: z.string(),
  at: Timestamp,
  actor: z.strictObject({ kind: z.enum(['user', 'platform']), name: z.string() }),
  projectId: z.string().nullable(),
  environmentId: z.string().nullable(),
  serviceId: z.string().nullable(),
  deploymentId: z.string().nullable(),
  /** Name of the thing when it happened: readable after it is gone. */
  subject: z.string(),
  data: z.record(z.string(), z.unknown()),
})
export type EventView = z.infer<typeof EventView>

export const eventList = query('event.list', {
  summary: 'What happened in an organization, newest first',
  input: z.strictObject({ organizationId, projectId: idSchema('project').optional(), serviceId: idSchema('service').optional(), ...PageInput }),
  output: page(EventView),
  access: allow('event.read', 'organization'),
  http: { method: 'GET', path: '/organizations/{organizationId}/events', status: 200 },
  cli: 'events <organizationId>',
  fails: ['not_found'],
})
