import { paths } from '@/components/paths'

import { buttonClass } from './button-style'
import { EmptyState } from './empty-state'

/** What an address that leads nowhere shows. It is part of every page, and so made of little. */
export function NotFoundView() {
  return (
    <EmptyState heading title="There is nothing here" action={<a href={paths.home()} className={buttonClass('secondary', 'medium')}>Go to the projects</a>}>
      It was deleted, its address was mistyped, or your organization has no access to it.
    </EmptyState>
  )
}
