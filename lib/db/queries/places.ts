import { sql } from 'drizzle-orm'

import type { Db } from '../connection'

/** Where something is to stand. `was`: where it has to stand for that. `groupId`: the frame it joins; absent: as it is. */
export type NewPlace = {
  id: string
  x: number
  y: number
  was?: { x: number; y: number } | undefined
  groupId?: string | null | undefined
  width?: number | undefined
  height?: number | undefined
}

/** Those there are, and those of them that were moved: the others do not stand where they were expected. */
export type Moved = { found: ReadonlySet<string>; moved: ReadonlySet<string> }

const SETS = {
  services: sql`group_id = case when p.joins then p.group_id else t.group_id end`,
  volumes: sql`group_id = case when p.joins then p.group_id else t.group_id end`,
  groups: sql`width = coalesce(p.width, t.width), height = coalesce(p.height, t.height)`,
}

/** Moves rows of an environment in one statement. They are held in the order of their ids, so that nobody waits in a circle. */
export async function moveRows(tx: Db, table: keyof typeof SETS, { environmentId, places }: { environmentId: string; places: readonly NewPlace[] }): Promise<Moved> {
  if (places.length === 0) return { found: new Set(), moved: new Set() }
  const name = sql.raw(table)
  const ids = JSON.stringify(places.map(({ id }) => id))
  const found = await tx.execute<{ id: string }>(sql`
    select t.id from ${name} t where t.environment_id = ${environmentId} and t.id in (select json_array_elements_text(${ids}::json)) order by t.id for no key update`)
  const rows = JSON.stringify(places.map(({ id, x, y, was, groupId, width, height }) => ({ id, x, y, was_x: was?.x ?? null, was_y: was?.y ?? null, joins: groupId !== undefined, group_id: groupId ?? null, width: width ?? null, height: height ?? null })))
  const moved = await tx.execute<{ id: string }>(sql`
    update ${name} t set x = p.x, y = p.y, ${SETS[table]}
    from json_to_recordset(${rows}::json) as p(id text, x float8, y float8, was_x float8, was_y float8, joins bool, group_id text, width float8, height float8)
    where t.id = p.id and t.environment_id = ${environmentId} and (p.was_x is null or (t.x = p.was_x and t.y = p.was_y)) returning t.id`)
  return { found: new Set(found.map(({ id }) => id)), moved: new Set(moved.map(({ id }) => id)) }
}
