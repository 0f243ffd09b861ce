'use client'

import { Tabs as Radix } from 'radix-ui'
import type { ReactNode } from 'react'
import { cn } from './cn.ts'

export interface TabItem {
  value: string
  label: ReactNode
  content: ReactNode
}

/** Parts of one page that are read one at a time. `label` names them together. */
export function Tabs({ items, label, value, onValueChange, className }: { items: readonly TabItem[]; label: string; value?: string; onValueChange?: (value: string) => void; className?: string }) {
  return (
    <Radix.Root className={className} {...(value === undefined ? { defaultValue: items[0]?.value ?? '' } : { value })} {...(onValueChange ? { onValueChange } : {})}>
      <Radix.List aria-label={label} className="flex gap-1 overflow-x-auto border-b border-border">
        {items.map((item) => (
          <Radix.Trigger key={item.value} value={item.value} className={cn('-mb-px h-10 border-b-2 border-transparent px-3 font-medium whitespace-nowrap text-text-3 hover:text-text data-[state=active]:border-text data-[state=active]:text-text')}>
            {item.label}
          </Radix.Trigger>
        ))}
      </Radix.List>
      {items.map((item) => (
        <Radix.Content key={item.value} value={item.value} className="pt-4">{item.content}</Radix.Content>
      ))}
    </Radix.Root>
  )
}
