import { expect, it } from 'vitest'

import { missingPermission } from './missing-permission'

it('says nothing to those who may', () => {
  expect(missingPermission('developer', 'project.write')).toBeNull()
  expect(missingPermission('owner', 'organization.manage')).toBeNull()
})

it('names the weakest role that may', () => {
  expect(missingPermission('viewer', 'project.write')).toBe('You are a viewer. This takes a developer or more.')
  expect(missingPermission('developer', 'member.manage')).toBe('You are a developer. This takes an admin or more.')
  expect(missingPermission('admin', 'organization.manage')).toBe('You are an admin. This takes an owner.')
})
