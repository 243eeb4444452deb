import type { Holder, VolumeRow } from '../../db/queries/volumes'
import type { Reason } from '../../domain/service-can'

/** Why a volume cannot be deleted now: something has it, or still writes to it. */
export function whyNotDeleted({ name, serviceId }: Pick<VolumeRow, 'name' | 'serviceId'>, [holder]: readonly Holder[]): Reason {
  if (serviceId !== null) return `${name} is attached to a service. Detach it first, and deploy that service without it.`
  if (!holder) return null
  return holder.isDeleted ? `${name} is still written to by ${holder.name}, which is being deleted. Try again when it is gone.` : `${name} is still written to by ${holder.name}. Deploy ${holder.name} without it, or stop it.`
}
