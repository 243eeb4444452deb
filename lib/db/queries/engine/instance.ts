import { instance } from '../../schema/observed'
import type { Db } from '../../connection'

/** Who this installation is, for the labels of what it makes on machines that others use too. */
export async function instanceId(db: Db): Promise<string> {
  const [row] = await db.select({ id: instance.id }).from(instance)
  if (!row) throw new Error('The row of table "instance" is missing. Restore it with the id that the labels of this installation carry.')
  return row.id
}
