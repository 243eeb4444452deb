import { z } from 'zod'

import { idSchema } from '../ids'
import { Done, DisplayName } from './common'
import { allow, command, query } from './entry'

const groupId = idSchema('group')
const environmentId = idSchema('environment')

const Coordinate = z.number().min(-1e6).max(1e6)
const Extent = z.number().min(48).max(1e5)
/** Services and volumes of the environment, by their ids. */
const Nodes = z.array(z.union([idSchema('service'), idSchema('volume')])).max(700)

/** A frame with a title around nodes. It changes nothing of what runs. */
export const GroupView = z.strictObject({
  kind: z.literal('group'),
  id: groupId,
  name: z.string(),
  x: z.number(),
  y: z.number(),
  width: z.number(),
  height: z.number(),
})
export type GroupView = z.infer<typeof GroupView>

export const groupList = query('group.list', {
  summary: 'Groups of an environment; which nodes are in them says its graph',
  input: z.strictObject({ environmentId }),
  output: z.strictObject({ items: z.array(GroupView) }),
  access: allow('service.read', 'environment'),
  http: { method: 'GET', path: '/environments/{environmentId}/groups', status: 200 },
  cli: 'group list <environmentId>',
  fails: ['not_found'],
})

export const groupCreate = command('group.create', {
  summary: 'Draw a frame with a title, around nodes or on its own',
  input: z.strictObject({
    environmentId,
    /** Absent: `Group`. */
    name: DisplayName.optional(),
    /** They leave the group they were in. */
    nodes: Nodes.optional(),
    /** Absent: around its nodes, or right of everything. */
    x: Coordinate.optional(),
    y: Coordinate.optional(),
    width: Extent.optional(),
    height: Extent.optional(),
  }),
  output: GroupView,
  access: allow('service.write', 'environment'),
  http: { method: 'POST', path: '/environments/{environmentId}/groups', status: 201 },
  cli: 'group create <environmentId>',
  fails: ['not_found', 'limit_exceeded'],
})

export const groupUpdate = command('group.update', {
  summary: 'Rename a group, move it with its nodes, give it another size, or say which nodes are in it',
  input: z.strictObject({
    groupId,
    name: DisplayName.optional(),
    /** Its nodes move along. */
    x: Coordinate.optional(),
    y: Coordinate.optional(),
    width: Extent.optional(),
    height: Extent.optional(),
    /** Nodes that join it, and leave the group they were in. */
    add: Nodes.optional(),
    /** Nodes that leave it and stay where they are. */
    remove: Nodes.optional(),
    /** The name it is expected to have; refused when somebody has given it another one. */
    ifName: z.string().max(200).optional(),
  }),
  output: GroupView,
  access: allow('service.write', 'group'),
  http: { method: 'PATCH', path: '/groups/{groupId}', status: 200 },
  cli: 'group update <groupId>',
  fails: ['not_found', 'conflict'],
})

export const groupDelete = command('group.delete', {
  summary: 'Take a frame away; its nodes stay as and where they are',
  input: z.strictObject({ groupId }),
  output: Done,
  access: allow('service.write', 'group'),
  http: { method: 'DELETE', path: '/groups/{groupId}', status: 200 },
  cli: 'group delete <groupId>',
  fails: ['not_found'],
})
