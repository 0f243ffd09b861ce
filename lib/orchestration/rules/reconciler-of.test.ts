import { expect, test } from 'vitest'
import { reconcilerOf } from './reconciler-of.ts'

const place = { service: 'checkout', region: 'eu', environment: 'production' }

test('a reconciler is held by the names of the target it would undo', () => {
  const declared = { name: 'Argo CD of ${region}', hold: { kind: 'hold-reconciler', params: { app: '${service}-${region}', patch: { labels: ['${environment}', 3, null, true] } } }, undo: 'argocd app set ${service}-${region} --sync-policy automated' }
  expect(reconcilerOf(declared, place)).toEqual({
    name: 'Argo CD of eu',
    hold: { kind: 'hold-reconciler', params: { app: 'checkout-eu', patch: { labels: ['production', 3, null, true] } } },
    undo: 'argocd app set checkout-eu --sync-policy automated',
  })
})

test('what is no name of the place stays as it was written', () => {
  expect(reconcilerOf({ name: '${home}', hold: { kind: 'shell', params: { argv: ['$service', '${constructor}'] } }, undo: '$&' }, place)).toEqual({ name: '${home}', hold: { kind: 'shell', params: { argv: ['$service', '${constructor}'] } }, undo: '$&' })
})
