import type { ComponentProps } from 'react'
import { cn } from './cn.ts'

/** A dense table that scrolls sideways by itself on a phone; `label` names it. */
export function Table({ label, className, children, ...rest }: ComponentProps<'table'> & { label: string }) {
  return (
    // Positioned, so that what is hidden for the eye inside is clipped with it and does not widen the page.
    <div className="relative -mx-4 overflow-x-auto px-4" role="region" aria-label={label} tabIndex={0}>
      <table className={cn('w-full border-collapse text-left text-[0.8125rem]', className)} {...rest}>{children}</table>
    </div>
  )
}

export const Thead = ({ className, ...rest }: ComponentProps<'thead'>) => <thead className={cn('border-b border-border', className)} {...rest} />
export const Tbody = ({ className, ...rest }: ComponentProps<'tbody'>) => <tbody className={cn('divide-y divide-border', className)} {...rest} />
export const Tr = ({ className, ...rest }: ComponentProps<'tr'>) => <tr className={className} {...rest} />
export const Th = ({ className, scope = 'col', ...rest }: ComponentProps<'th'>) => <th scope={scope} className={cn(scope === 'col' ? 'eyebrow h-8 pr-4 align-middle whitespace-nowrap' : 'py-2 pr-4 align-top font-medium', 'last:pr-0', className)} {...rest} />
export const Td = ({ className, ...rest }: ComponentProps<'td'>) => <td className={cn('py-2 pr-4 align-top last:pr-0', className)} {...rest} />
