import { sql } from 'drizzle-orm'

import type { Db } from '../connection'

// Fair queueing of builds between projects (start-time fair queueing). Each build that is asked for is given a turn: one
// after the last turn of its project, but never before the turn that is at work. Builds begin in the order of their
// turns, so a project that asks for ten stands in line behind its own, and another's first comes in between. Who was
// quiet for long begins where the others are: no credit and no penalty.

/** The row of the turn that was begun last. */
const BEGUN = '*'

const jobOf = (deploymentId: string) => sql`graphile_worker.jobs j where j.key = ${`deployment:${deploymentId}`} and j.task_identifier = 'run-deployment'`

/** The turn of a build that is asked for now. Asked for again it stays where it was. */
export async function turnOf(db: Db, deploymentId: string): Promise<number> {
  const [row] = await db.execute<{ turn: number }>(sql`
    with mine as (
      select e.project_id as id from deployments d join services s on s.id = d.service_id join environments e on e.id = s.environment_id where d.id = ${deploymentId}
    ), waiting as (
      select max(j.priority) as turn from graphile_worker.jobs j
      join deployments d on j.key = 'deployment:' || d.id and d.status = 'queued'
      join services s on s.id = d.service_id join environments e on e.id = s.environment_id
      where j.task_identifier = 'run-deployment' and e.project_id = (select id from mine)
    )
    select coalesce(
      (select j.priority from ${jobOf(deploymentId)}),
      greatest(
        (select turn from build_turns where project_id = ${BEGUN}),
        1 + greatest(0, (select turn from build_turns where project_id = (select id from mine)), (select turn from waiting)))
    )::int as turn`)
  return row!.turn
}

/** Notes that a build begins. */
export async function beginTurn(db: Db, deploymentId: string, projectId: string): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.execute(sql`
      insert into build_turns (project_id, turn)
      select p.id, j.priority from (values (${BEGUN}), (${projectId})) as p(id), ${jobOf(deploymentId)}
      order by p.id
      on conflict (project_id) do update set turn = greatest(build_turns.turn, excluded.turn)`)
    // What lies behind the turn at work says nothing any more.
    await tx.execute(sql`delete from build_turns where project_id <> ${BEGUN} and turn < (select turn from build_turns where project_id = ${BEGUN})`)
  })
}
