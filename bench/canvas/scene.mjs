// Environments of many nodes: one service and one volume are drawn as a person would, the others are copies of them in the database.

/** What nodes take on the canvas, and how far they stand apart. */
const SIZE = { width: 264, height: 104 }
const APART = { x: 340, y: 180 }
const COLUMNS = 40

const placeOf = (index) => ({ x: (index % COLUMNS) * APART.x, y: Math.floor(index / COLUMNS) * APART.y })

/** An environment of so many nodes: services, and for every fourth a volume that is attached to the one before. Returns its address and the first service. */
export async function drawScene({ api, sql }, count) {
  const { body: project } = await api('POST', '/projects', { name: `Canvas of ${count}` })
  const environmentId = project.environments[0].id
  const { body: service } = await api('POST', `/environments/${environmentId}/services`, { name: 'node-0', source: { type: 'template', template: 'static-site' }, x: 0, y: 0 })
  const isVolume = (index) => index % 4 === 3
  const all = Array.from({ length: count }, (_, index) => index).slice(1)
  const rows = (wanted) => sql.json(all.filter((index) => isVolume(index) === wanted).map((index) => ({ n: index, ...placeOf(index) })))
  const suffix = String(count).padStart(5, '0')
  await sql`
    insert into services (id, environment_id, name, host_label, source, settings, inspection, x, y)
    select 'svc_' || lpad(r.n::text, 17, '0') || ${suffix}, s.environment_id, 'node-' || r.n, 'c' || ${suffix} || 'n' || r.n, s.source, s.settings, s.inspection, r.x, r.y
    from services s, jsonb_to_recordset(${rows(false)}::jsonb) r(n int, x float8, y float8) where s.id = ${service.id}`
  await sql`
    insert into volumes (id, environment_id, name, service_id, mount_path, x, y)
    select 'vol_' || lpad(r.n::text, 17, '0') || ${suffix}, ${environmentId}, 'node-' || r.n, 'svc_' || lpad((r.n - 1)::text, 17, '0') || ${suffix}, '/files', r.x, r.y
    from jsonb_to_recordset(${rows(true)}::jsonb) r(n int, x float8, y float8)`
  return { path: `/${project.id}/${environmentId}`, environmentId, serviceId: service.id }
}

/** The same for the plain page. */
export function plainScene(count) {
  const nodes = Array.from({ length: count }, (_, index) => ({ id: `${index}`, position: placeOf(index), data: { label: `Node ${index}` }, ...SIZE, style: SIZE }))
  const edges = nodes.filter((_, index) => index % 4 === 3).map((_, nth) => ({ id: `e${nth}`, source: `${nth * 4 + 3}`, target: `${nth * 4 + 2}` }))
  return { nodes, edges }
}
