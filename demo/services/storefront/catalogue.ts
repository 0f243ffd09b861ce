export interface Product {
  sku: string
  name: string
  priceCents: number
}

/** What Harbor sells. */
export const catalogue: readonly Product[] = [
  { sku: 'rope-12', name: 'Mooring rope, 12 m', priceCents: 3_490 },
  { sku: 'lamp-led', name: 'Deck lamp', priceCents: 5_900 },
  { sku: 'chart-bay', name: 'Chart of the bay', priceCents: 2_450 },
  { sku: 'jacket-m', name: 'Oilskin jacket, M', priceCents: 12_900 },
  { sku: 'compass', name: 'Hand compass', priceCents: 4_200 },
  { sku: 'fender', name: 'Fender', priceCents: 1_990 },
  { sku: 'mug', name: 'Enamel mug', priceCents: 1_250 },
  { sku: 'knife', name: 'Rigging knife', priceCents: 3_150 },
]
