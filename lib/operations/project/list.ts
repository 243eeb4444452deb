import { projectList, type ProjectCardView } from '../../contract/project'
import { ofProjects } from '../../db/queries/environments'
import * as projects from '../../db/queries/projects'
import { ofEnvironments as servicesOf } from '../../db/queries/services'
import { ofEnvironments as volumesOf, type PlacedVolume } from '../../db/queries/volumes'
import { implement } from '../implement'
import { decodeCursor, pageOf } from '../paging'
import { portray, stateOf, type Portrait } from '../service/portrait'
import { linksIn, type LinkIn } from '../variable/links-in'
import { toProjectView } from './view'

/** Projects, newest first, each with the canvas of its oldest environment in miniature. A handful of queries per page. */
export const listProjects = implement(projectList, async (ctx, { limit, cursor }) => {
  const before = decodeCursor(cursor, /^prj_[0-9a-z]{22}$/)
  const rows = await projects.page(ctx.db, ctx.scope.organizationId, { before, limit: limit + 1 })
  const ids = rows.slice(0, limit).map((row) => row.id)
  const environments = await ofProjects(ctx.db, ids)
  const shown = ids.flatMap((id) => environments.find((environment) => environment.projectId === id)?.id ?? [])
  const services = await servicesOf(ctx.db, shown)
  const portraits = await portray(ctx.db, services)
  const links = await linksIn(ctx, services)
  const volumes = await volumesOf(ctx.db, shown)
  const lastDeployments = await projects.lastDeployments(ctx.db, ids)
  return pageOf(rows, limit, {
    view: (row) => toCard(toProjectView(row, environments.filter((each) => each.projectId === row.id)), { portraits, links, volumes, lastDeploymentAt: lastDeployments.get(row.id) }),
    key: (row) => row.id,
  })
})

type Scene = { portraits: readonly Portrait[]; links: readonly LinkIn[]; volumes: readonly PlacedVolume[]; lastDeploymentAt: Date | undefined }

function toCard(project: Omit<ProjectCardView, 'nodes' | 'links' | 'volumes' | 'lastDeploymentAt'>, scene: Scene): ProjectCardView {
  const nodes = scene.portraits
    .filter(({ service }) => service.projectId === project.id)
    .map((portrait) => ({ id: portrait.service.id, name: portrait.service.name, x: portrait.service.x, y: portrait.service.y, state: stateOf(portrait) }))
  const links = scene.links.filter((link) => link.projectId === project.id).map(({ from, to }) => ({ from, to }))
  const volumes = scene.volumes.filter((volume) => volume.projectId === project.id).map(({ id, x, y, serviceId }) => ({ id, x, y, serviceId }))
  return { ...project, nodes, links, volumes, lastDeploymentAt: scene.lastDeploymentAt?.toISOString() ?? null }
}
