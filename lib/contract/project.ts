import { z } from 'zod'

import { SERVICE_STATES } from '../domain/service-state'
import { idSchema } from '../ids'
import { Done, DisplayName, PageInput, Timestamp, page } from './common'
import { allow, command, query } from './entry'
import { GraphView } from './graph'
import { TargetBrief } from './target'

const projectId = idSchema('project')
const environmentId = idSchema('environment')

export const EnvironmentView = z.strictObject({
  id: environmentId,
  name: z.string(),
  slug: z.string(),
  /** Where it runs. */
  target: TargetBrief,
  /** Whether services reach each other only where a link is drawn. */
  linksOnly: z.boolean(),
})
export type EnvironmentView = z.infer<typeof EnvironmentView>

const targetId = idSchema('target').optional()
const Coordinate = z.number().min(-1e6).max(1e6)
const Extent = z.number().min(48).max(1e5).optional()
/** `was`: where it is expected to stand; refused when somebody has moved it since. */
const Place = { x: Coordinate, y: Coordinate, was: z.strictObject({ x: Coordinate, y: Coordinate }).optional() }
/** The frame that it joins, null for none; absent: as it is. */
const Membership = { groupId: idSchema('group').nullable().optional() }

export const ProjectView = z.strictObject({
  id: projectId,
  organizationId: idSchema('organization'),
  name: z.string(),
  slug: z.string(),
  createdAt: Timestamp,
  environments: z.array(EnvironmentView),
})
export type ProjectView = z.infer<typeof ProjectView>

/** A project with what its card shows: the canvas in miniature, the states, the last deployment. */
export const ProjectCardView = ProjectView.extend({
  nodes: z.array(z.strictObject({ id: z.string(), name: z.string(), x: z.number(), y: z.number(), state: z.enum(SERVICE_STATES) })),
  links: z.array(z.strictObject({ from: z.string(), to: z.string() })),
  volumes: z.array(z.strictObject({ id: z.string(), x: z.number(), y: z.number(), /** What it is attached to. */ serviceId: z.string().nullable() })),
  lastDeploymentAt: Timestamp.nullable(),
})
export type ProjectCardView = z.infer<typeof ProjectCardView>

export const projectCreate = command('project.create', {
  summary: 'Create a project with a production environment',
  input: z.strictObject({ name: DisplayName, organizationId: idSchema('organization').optional(), targetId }),
  output: ProjectView,
  access: allow('project.write', 'organization'),
  http: { method: 'POST', path: '/projects', status: 201 },
  cli: 'project create <name>',
  fails: ['not_found', 'limit_exceeded'],
})

export const projectList = query('project.list', {
  summary: 'Projects of an organization',
  input: z.strictObject({ organizationId: idSchema('organization').optional(), ...PageInput }),
  output: page(ProjectCardView),
  access: allow('project.read', 'organization'),
  http: { method: 'GET', path: '/projects', status: 200 },
  cli: 'project list',
  fails: [],
})

export const projectGet = query('project.get', {
  summary: 'One project',
  input: z.strictObject({ projectId }),
  output: ProjectView,
  access: allow('project.read', 'project'),
  http: { method: 'GET', path: '/projects/{projectId}', status: 200 },
  cli: 'project show <projectId>',
  fails: ['not_found'],
})

export const projectUpdate = command('project.update', {
  summary: 'Rename a project; addresses stay as they are',
  input: z.strictObject({ projectId, name: DisplayName }),
  output: ProjectView,
  access: allow('project.write', 'project'),
  http: { method: 'PATCH', path: '/projects/{projectId}', status: 200 },
  cli: 'project rename <projectId> <name>',
  fails: ['not_found'],
})

export const projectDelete = command('project.delete', {
  summary: 'Delete a project with everything in it',
  input: z.strictObject({ projectId }),
  output: Done,
  access: allow('project.delete', 'project'),
  http: { method: 'DELETE', path: '/projects/{projectId}', status: 202 },
  cli: 'project delete <projectId>',
  fails: ['not_found'],
})

export const environmentCreate = command('environment.create', {
  summary: 'Add an environment to a project',
  input: z.strictObject({ projectId, name: DisplayName, targetId, linksOnly: z.boolean().optional() }),
  output: EnvironmentView,
  access: allow('project.write', 'project'),
  http: { method: 'POST', path: '/projects/{projectId}/environments', status: 201 },
  cli: 'environment create <projectId> <name>',
  fails: ['not_found', 'conflict', 'limit_exceeded'],
})

export const environmentUpdate = command('environment.update', {
  summary: 'Rename an environment, choose its target while nothing was deployed, or keep apart what is not linked',
  input: z.strictObject({ environmentId, name: DisplayName.optional(), targetId, linksOnly: z.boolean().optional() }),
  output: EnvironmentView,
  access: allow('project.write', 'environment'),
  http: { method: 'PATCH', path: '/environments/{environmentId}', status: 200 },
  cli: 'environment update <environmentId>',
  fails: ['not_found', 'conflict', 'not_now'],
})

export const environmentDelete = command('environment.delete', {
  summary: 'Delete an environment with everything in it',
  input: z.strictObject({ environmentId }),
  output: Done,
  access: allow('project.delete', 'environment'),
  http: { method: 'DELETE', path: '/environments/{environmentId}', status: 202 },
  cli: 'environment delete <environmentId>',
  fails: ['not_found', 'not_now'],
})

export const environmentGraph = query('environment.graph', {
  summary: 'The canvas of an environment: nodes with their state, and links',
  input: z.strictObject({ environmentId }),
  output: GraphView,
  access: allow('service.read', 'environment'),
  http: { method: 'GET', path: '/environments/{environmentId}/graph', status: 200 },
  cli: 'graph <environmentId>',
  fails: ['not_found'],
  streams: true,
})

export const environmentArrange = command('environment.arrange', {
  summary: 'Save where nodes and frames stand on the canvas, and which frame a node is in',
  input: z.strictObject({
    environmentId,
    positions: z
      .array(
        z.union([
          z.strictObject({ serviceId: idSchema('service'), ...Place, ...Membership }),
          z.strictObject({ volumeId: idSchema('volume'), ...Place, ...Membership }),
          z.strictObject({ groupId: idSchema('group'), ...Place, width: Extent, height: Extent }),
        ]),
      )
      .min(1)
      .max(1000),
  }),
  output: Done,
  access: allow('service.write', 'environment'),
  http: { method: 'PUT', path: '/environments/{environmentId}/positions', status: 200 },
  cli: 'arrange <environmentId>',
  fails: ['not_found', 'conflict'],
})
